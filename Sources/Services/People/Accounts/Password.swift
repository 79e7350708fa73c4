package import Telemetry

/// A password that somebody chose. Length is the only rule, because rules about signs make passwords shorter and their owners
/// write them down.
package struct Password: Sendable {
    /// Shorter ones are guessed.
    package static let bytesMin = 8
    /// Longer ones are no passwords; hashing takes longer with each byte.
    package static let bytesMax = 1024

    /// The password.
    package let secret: Secret<String>

    /// Takes one of permitted length.
    package init(_ text: String) throws(PeopleError) {
        guard (Self.bytesMin...Self.bytesMax).contains(text.utf8.count) else {
            throw .passwordLength(min: Self.bytesMin, max: Self.bytesMax)
        }
        secret = Secret(text)
    }
}
