/// Makes what clients carry for us unreadable and unforgeable; the keys are elsewhere.
package protocol StateSealing: Sendable {
    /// Seals bytes for one purpose; the text is visible ASCII without `"` and `\`. Nothing when it cannot be sealed.
    func seal(_ bytes: [UInt8], for purpose: SealPurpose) -> String?

    /// The bytes again, if the text was sealed for this purpose by a key that still holds.
    func open(_ text: Span<UInt8>, for purpose: SealPurpose) -> [UInt8]?

    /// The SHA-256 digest of bytes: what a store or a claim may know of them.
    func digest(_ bytes: [UInt8]) -> [UInt8]

    /// So many random bytes.
    func random(_ count: Int) -> [UInt8]
}

/// What a sealed text is for; one is never good for another.
package enum SealPurpose: String, Sendable, Hashable, CaseIterable {
    /// A handshake session.
    case session
    /// `requestState` of a stateless client.
    case requestState
    /// A task.
    case task
}
