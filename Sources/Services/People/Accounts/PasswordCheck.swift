import Cryptography
package import Reactor
package import Telemetry

/// Makes and compares passwords' hashes; each costs some 20 ms and 19 MiB.
package protocol PasswordChecking: Sendable {
    /// The text to keep.
    func hash(of password: Password) async throws(PeopleError) -> String
    /// Whether the text was made of this password; a missing text costs the same and is never right.
    func isRight(_ password: Secret<String>, for hash: String?) async throws(PeopleError) -> Bool
}

/// The same on the lane, so that no loop waits for it.
package struct PasswordCheck: PasswordChecking {
    /// A hash of nothing, at the cost of real ones: whoever asks for an unknown user waits as long as for a known one.
    static let nobodys =
        "$argon2id$v=19$m=\(PasswordHash.Cost().memory),t=\(PasswordHash.Cost().passes),p=1"
        + "$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

    private let lane: BlockingLane

    /// Checks on this lane; its queue bounds how many wait.
    package init(lane: BlockingLane) {
        self.lane = lane
    }

    /// The text to keep.
    package func hash(of password: Password) async throws(PeopleError) -> String {
        try await run { try PasswordHash.make(password.secret) }
    }

    /// Whether the text was made of this password.
    package func isRight(_ password: Secret<String>, for hash: String?) async throws(PeopleError) -> Bool {
        let isKnown = hash != nil
        let text = hash ?? Self.nobodys
        return try await run { PasswordHash.matches(password, text) } && isKnown
    }

    private func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws(PeopleError) -> Value
    {
        do {
            return try await lane.run(body)
        } catch {
            throw .unavailable("passwords cannot be checked now: \(error)")
        }
    }
}
