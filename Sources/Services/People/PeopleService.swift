package import Cryptography
package import Reactor
import SQLDatabase
package import Storage
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
    let stores: GatewayStores
    let passwords: any PasswordChecking
    let news: PeopleNews
    let now: StorageClock
    let devices: DeviceMark
    let attempts = Mutex(AttemptLedger())

    /// A service over the stores; `keys` seal the marks of devices, `now` is the stores' clock.
    package convenience init(
        stores: GatewayStores, lane: BlockingLane, keys: SealingKeys, news: PeopleNews, now: @escaping StorageClock
    ) throws(CryptographyError) {
        try self.init(stores: stores, passwords: PasswordCheck(lane: lane), keys: keys, news: news, now: now)
    }

    init(
        stores: GatewayStores, passwords: any PasswordChecking, keys: SealingKeys, news: PeopleNews,
        now: @escaping StorageClock
    ) throws(CryptographyError) {
        self.stores = stores
        self.passwords = passwords
        self.news = news
        self.now = now
        devices = try DeviceMark(keys: keys)
    }

    /// Asks the stores, and says what their errors mean here.
    func asking<Value: Sendable>(
        _ body: (GatewayStores) async throws(SQLError) -> Value
    ) async throws(PeopleError) -> Value {
        do throws(SQLError) {
            return try await body(stores)
        } catch {
            throw .unavailable(error.reason)
        }
    }
}
