import Cryptography
import GatewayModel

/// The tokens that one loop has seen and found good, found by their last bytes, which belong to the signature and are as good as
/// random.
///
/// Invariants:
/// 1. Only tokens that were found good are here, so nobody can fill it with what he made up.
/// 2. There are never more than ``tokensMax``, and a new one costs the same however many there are: it takes the place of one whose
///    time is over, else of the one in its row that was used longest ago.
struct TokenMemory: ~Copyable {
    /// A token takes about a kilobyte.
    static let tokensMax = rows * ways
    private static let rows = 1_024
    private static let ways = 8

    /// A token and what is known of it. A class, so that handing it out costs one count.
    final class Entry: Sendable {
        let token: [UInt8]
        let server: ServerSlug
        let principal: Principal
        /// When it is over, on the loop's clock.
        let end: UInt64
        /// What may end before that.
        let things: [EndedAccess.Thing]
        /// When it was made, in seconds since 1970.
        let madeAt: Int
        /// The number of the news when the person was read.
        let readAt: UInt64

        init(
            token: [UInt8], server: ServerSlug, principal: Principal, end: UInt64, things: [EndedAccess.Thing],
            madeAt: Int, readAt: UInt64
        ) {
            self.token = token
            self.server = server
            self.principal = principal
            self.end = end
            self.things = things
            self.madeAt = madeAt
            self.readAt = readAt
        }
    }

    private struct Slot {
        var place: UInt64 = 0
        /// The newest news that was looked at for it.
        var newest: UInt64 = 0
        /// When it was asked for last, in askings.
        var usedAt: UInt64 = 0
        var entry: Entry?
    }

    /// Made when the first token comes.
    private var slots: [Slot] = []
    private var askings: UInt64 = 0

    /// Where a token for a server is looked for; nothing for one that is too short to be any that we take.
    static func place(of token: Span<UInt8>, for server: ServerSlug) -> UInt64? {
        guard token.count >= 16 else { return nil }
        var place: UInt64 = 0
        for index in token.count &- 8..<token.count { place = place &<< 8 | UInt64(token[index]) }
        // One token may be good at several servers: each has a place of its own.
        // Base64url uses a quarter of the values of a byte; the product spreads them over the upper bits.
        return (place ^ server.mark) &* 0x9E37_79B9_7F4A_7C15
    }

    /// What is known of a token at this place, and the newest news that was looked at for it.
    mutating func entry(_ place: UInt64, _ token: Span<UInt8>) -> (entry: Entry, newest: UInt64)? {
        guard let index = index(of: place), let entry = slots[index].entry else { return nil }
        let known = entry.token
        guard ConstantTime.equal(known.span, token) else { return nil }
        askings &+= 1
        slots[index].usedAt = askings
        return (entry, slots[index].newest)
    }

    /// The news were looked at, and they did not end the token.
    mutating func note(_ place: UInt64, newest: UInt64) {
        guard let index = index(of: place) else { return }
        slots[index].newest = newest
    }

    mutating func forget(_ place: UInt64) {
        guard let index = index(of: place) else { return }
        slots[index] = Slot()
    }

    mutating func remember(_ place: UInt64, _ entry: Entry, now: UInt64) {
        if slots.isEmpty { slots = Array(repeating: Slot(), count: Self.tokensMax) }
        let row = Self.row(of: place)
        var best = row.lowerBound
        for index in row {
            guard let old = slots[index].entry, old.end > now, slots[index].place != place else {
                best = index
                break
            }
            if slots[index].usedAt < slots[best].usedAt { best = index }
        }
        forget(place)
        askings &+= 1
        slots[best] = Slot(place: place, newest: entry.readAt, usedAt: askings, entry: entry)
    }

    private func index(of place: UInt64) -> Int? {
        guard !slots.isEmpty else { return nil }
        for index in Self.row(of: place) where slots[index].place == place && slots[index].entry != nil {
            return index
        }
        return nil
    }

    private static func row(of place: UInt64) -> Range<Int> {
        let start = Int(truncatingIfNeeded: place &>> 54) &* ways
        return start..<start &+ ways
    }
}
