/// What a sealed `requestState` says: how a retry finds the call that it belongs to.
///
/// A retry is held to the principal, the call and the time that it was made for (MCP 2026-07-28, MRTR, security): each is
/// checked by whoever opens it, and each failure is answered with one fixed text.
package struct RequestStateClaims: Sendable, Hashable {
    /// The longest encoding: an upstream's own state is in it, and clients send it back in a body.
    package static let bytesMax = 256 << 10
    /// Bytes of the digest of `CanonicalJSON.callIdentity`.
    package static let digestBytes = 32
    /// The longest name of a node, of an upstream, of a principal.
    package static let nameBytesMax = 256

    /// Where the call goes on.
    package enum Target: Sendable, Hashable {
        /// In a task of a node that waits for the answers.
        case parked(id: UInt64, node: String)
        /// At an upstream of the stateless era; its state is absent if it gave none.
        case relayed(upstream: String, state: String?)
        /// Nowhere: the same call is made again from the start, as after pages that 2025-11-25 asks for by an error.
        case again(upstream: String)
    }

    /// Where the call goes on.
    package var target: Target
    /// Who may go on with it.
    package var principal: String
    /// The SHA-256 digest of `CanonicalJSON.callIdentity` of the call.
    package var digest: [UInt8]
    /// Until when, in seconds since 1970.
    package var expiresAt: UInt64
    /// How many times the client was asked in this call, this time included; at most `InputRequired.roundsMax`.
    package var round: UInt64

    /// Makes claims of these parts.
    package init(target: Target, principal: String, digest: [UInt8], expiresAt: UInt64, round: UInt64) {
        self.target = target
        self.principal = principal
        self.digest = digest
        self.expiresAt = expiresAt
        self.round = round
    }

    /// The bytes to seal; nothing if they are too many, because an upstream's state is too long.
    package var encoded: [UInt8]? {
        precondition(digest.count == Self.digestBytes, "a digest of another length could not be read again")
        var writer = ClaimWriter(.requestState)
        let name: String
        switch target {
        case .parked(let id, let node):
            name = node
            writer.number(0)
            writer.number(id)
            writer.text(node)
        case .relayed(let upstream, let state):
            name = upstream
            writer.number(1)
            writer.text(upstream)
            writer.optionalText(state)
        case .again(let upstream):
            name = upstream
            writer.number(2)
            writer.text(upstream)
        }
        writer.text(principal)
        writer.bytes(digest)
        writer.number(expiresAt)
        writer.number(round)
        let isShort = [name, principal].allSatisfy { $0.utf8.count <= Self.nameBytesMax }
        return isShort && writer.bytes.count <= Self.bytesMax ? writer.bytes : nil
    }

    /// Reads what was sealed.
    package init(decoding bytes: [UInt8]) throws(ClaimFault) {
        guard bytes.count <= Self.bytesMax else { throw .tooLong(limit: Self.bytesMax) }
        var reader = try ClaimReader(bytes, .requestState)
        switch try reader.number() {
        case 0: target = .parked(id: try reader.number(), node: try reader.text(max: Self.nameBytesMax))
        case 1:
            target = .relayed(
                upstream: try reader.text(max: Self.nameBytesMax), state: try reader.optionalText(max: Self.bytesMax))
        case 2: target = .again(upstream: try reader.text(max: Self.nameBytesMax))
        default: throw .wrongValue
        }
        principal = try reader.text(max: Self.nameBytesMax)
        digest = try reader.bytes(exactly: Self.digestBytes)
        expiresAt = try reader.number()
        round = try reader.number()
        try reader.end()
    }
}
