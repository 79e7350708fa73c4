import CArgon2
package import Telemetry

/// Passwords as they are kept: argon2id (RFC 9106) in its usual text form, `$argon2id$v=19$m=…`.
package enum PasswordHash {
    /// What one hash costs. OWASP's first choice is 19 MiB, two passes, one lane; a hash takes some 20 ms of one core.
    package struct Cost: Sendable, Hashable {
        /// Memory in KiB.
        package var memory: UInt32 = 19 * 1024
        /// Passes over the memory.
        package var passes: UInt32 = 2

        /// The defaults.
        package init() {}
    }

    /// Longer ones are refused: nobody types them, and hashing reads every byte.
    package static let passwordBytesMax = 1_024

    private static let saltBytes = 16
    private static let hashBytes = 32
    /// No text of ours is longer.
    private static let textBytesMax = 256

    /// The text to keep. Takes long: not on a loop.
    package static func make(_ password: Secret<String>, cost: Cost = Cost()) throws(CryptographyError) -> String {
        let password = Array(password.exposed.utf8)
        guard password.count <= passwordBytesMax else { throw .passwordTooLong }
        let salt = try SecureRandom.bytes(saltBytes)
        var text = [CChar](repeating: 0, count: textBytesMax)
        let outcome = argon2id_hash_encoded(
            cost.passes, cost.memory, 1, password, password.count, salt, salt.count, hashBytes, &text, text.count)
        guard outcome == 0 else { throw .passwordHash(number: outcome) }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Whether the text was made of this password. Takes as long as `make` did: not on a loop.
    package static func matches(_ password: Secret<String>, _ text: String) -> Bool {
        guard text.utf8.count < textBytesMax, text.hasPrefix("$argon2id$"), !text.utf8.contains(0) else { return false }
        let password = Array(password.exposed.utf8)
        guard password.count <= passwordBytesMax else { return false }
        return argon2id_verify(text, password, password.count) == 0
    }

    /// Whether the text was made at another cost than this one, and is to be made anew when the password is at hand.
    package static func isDated(_ text: String, cost: Cost = Cost()) -> Bool {
        !text.hasPrefix("$argon2id$v=19$m=\(cost.memory),t=\(cost.passes),p=1$")
    }
}
