package import Cryptography
package import Reactor
import Synchronization

/// Local accounts, browser sessions and API keys: what pages and commands do about people.
///
/// A class, because all requests share the count of attempts.
///
/// Invariants:
/// 1. Secrets are kept as digests, passwords as argon2id; each is shown once, where it is made.
/// 2. Whoever is not there costs the same work and gets the same words as whoever is.
/// 3. A change is in the store, then told to ``PeopleNews``, then acknowledged.
package final class PeopleService: Sendable {
    let store: any PeopleKeeping
    let passwords: any PasswordChecking
    let news: PeopleNews
    /// Time since 1970.
    let now: @Sendable () -> Duration
    let devices: DeviceMark
    let attempts = Mutex(AttemptLedger())

    /// A service over a store; `keys` seal the marks of devices.
    package convenience init(
        store: any PeopleKeeping, lane: BlockingLane, keys: SealingKeys, news: PeopleNews,
        now: @escaping @Sendable () -> Duration
    ) throws(CryptographyError) {
        try self.init(store: store, passwords: PasswordCheck(lane: lane), keys: keys, news: news, now: now)
    }

    init(
        store: any PeopleKeeping, passwords: any PasswordChecking, keys: SealingKeys, news: PeopleNews,
        now: @escaping @Sendable () -> Duration
    ) throws(CryptographyError) {
        self.store = store
        self.passwords = passwords
        self.news = news
        self.now = now
        devices = try DeviceMark(keys: keys)
    }
}
