/// Where the keys that sign our tokens outlive the process.
package protocol SigningKeyKeeping: Sendable {
    /// All that are kept, in the order of their making.
    func signingKeys() async throws(AccessTokenProblem) -> [KeptSigningKey]
    /// Keeps a new one; returns when it is written.
    func keep(_ key: KeptSigningKey) async throws(AccessTokenProblem)
    /// Forgets one whose last token has expired.
    func forget(signingKey id: String) async throws(AccessTokenProblem)
}

/// A signing key as it is kept: the private part sealed under the key file, which is not in the store.
package struct KeptSigningKey: Sendable, Hashable {
    /// Its `kid`.
    package let id: String
    /// The private part, sealed.
    package let sealed: [UInt8]
    /// Since when it is published, in seconds since 1970.
    package let made: Int
    /// From when on it signs.
    package let signsFrom: Int

    /// A key of these parts.
    package init(id: String, sealed: [UInt8], made: Int, signsFrom: Int) {
        self.id = id
        self.sealed = sealed
        self.made = made
        self.signsFrom = signsFrom
    }
}
