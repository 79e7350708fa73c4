import Cryptography
import GatewayModel

/// The tokens that one loop has seen and found good, found by their last bytes, which belong to the signature and are as good as
/// random.
///
/// Invariants:
/// 1. Only tokens that were found good are here, so nobody can fill it with what he made up.
/// 2. There are never more than ``tokensMax``; those whose time is over go first.
struct TokenMemory: Sendable {
    /// A token takes about a kilobyte.
    static let tokensMax = 8_192

    struct Entry: Sendable {
        let token: [UInt8]
        let server: ServerSlug
        let principal: Principal
        /// When it is over, on the loop's clock.
        let end: UInt64
        /// What may end before that.
        let things: [EndedAccess.Thing]
        /// When the person was read.
        let readAt: UInt64
        /// The newest news that was looked at.
        var newest: UInt64
    }

    private var entries: [UInt64: Entry] = [:]

    /// The place of a token; nothing for one that is too short to be any of ours.
    static func place(of token: Span<UInt8>) -> UInt64? {
        guard token.count >= 16 else { return nil }
        var place: UInt64 = 0
        for index in token.count &- 8..<token.count { place = place &<< 8 | UInt64(token[index]) }
        return place
    }

    /// What is known of a token at this place.
    func entry(_ place: UInt64, _ token: Span<UInt8>) -> Entry? {
        guard let entry = entries[place], ConstantTime.equal(entry.token.span, token) else { return nil }
        return entry
    }

    /// The news were looked at, and they did not end the token.
    mutating func note(_ place: UInt64, newest: UInt64) {
        entries[place]?.newest = newest
    }

    mutating func forget(_ place: UInt64) {
        entries[place] = nil
    }

    mutating func remember(_ place: UInt64, _ entry: Entry, now: UInt64) {
        if entries.count >= Self.tokensMax {
            entries = entries.filter { $0.value.end > now }
            while entries.count >= Self.tokensMax, let any = entries.keys.first { entries[any] = nil }
        }
        entries[place] = entry
    }
}
