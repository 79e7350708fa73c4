import Cryptography
import GatewayModel
import HTTPTransport
import Reactor
import Storage
import Synchronization
import Telemetry
import Testing
import WebUI

@testable import People

/// Hashes that cost nothing, counted.
final class CheapPasswords: PasswordChecking {
    private let counts = Mutex(0)
    var checks: Int { counts.withLock { $0 } }

    func hash(of password: Password) async throws(PeopleError) -> String { "hash of \(password.secret.exposed)" }

    func isRight(_ password: Secret<String>, for hash: String?) async throws(PeopleError) -> Bool {
        counts.withLock { $0 += 1 }
        return hash == "hash of \(password.exposed)"
    }
}

/// A clock that stands until somebody moves it.
final class HandClock: Sendable {
    private let time = Mutex(Duration.seconds(1_800_000_000))
    var now: Duration { time.withLock { $0 } }
    func advance(_ duration: Duration) { time.withLock { $0 += duration } }
}

/// What the rest of the gateway would have heard.
final class HeardNews: Sendable {
    private let lines = Mutex<[String]>([])
    var all: [String] { lines.withLock { $0 } }
    private func add(_ line: String) { lines.withLock { $0.append(line) } }

    var news: PeopleNews {
        PeopleNews(
            userChanged: { self.add("changed \($0)") }, ended: { self.add("ended \($0.thing)") },
            userRemoved: { self.add("removed \($0.ending.thing)") })
    }
}

/// People over made-up parts, and one user: ada, a member, in the group `crew`.
struct PeopleUnderTest: Sendable {
    let people: PeopleService
    let database: CountingDatabase
    let stores: GatewayStores
    let passwords = CheapPasswords()
    let clock = HandClock()
    let news = HeardNews()
    static let password = "correct horse"

    init() async throws {
        let key = SealingKeys.Key(id: SealingKeyID(1), bytes: Secret([UInt8](repeating: 7, count: 32)))
        database = try await CountingDatabase()
        stores = GatewayStores(database: database, now: { [clock] in clock.now })
        people = try PeopleService(
            stores: stores, passwords: passwords, keys: SealingKeys(current: key), news: news.news,
            now: { [clock] in clock.now })
    }

    static func withAda() async throws -> PeopleUnderTest {
        let test = try await PeopleUnderTest()
        try await test.people.addUser(
            name: UserName("Ada"), role: .member, groups: ["crew"], password: Password(Self.password))
        return test
    }

    /// Tries to sign in; `nil` when it worked.
    func refusal(_ name: String, _ password: String, device: String? = nil) async -> SignInRefusal? {
        do throws(SignInRefusal) {
            _ = try await people.signIn(name: name, password: Secret(password), device: device, earlier: nil)
            return nil
        } catch {
            return error
        }
    }

    /// The sessions of ada that have not ended.
    func sessionsOfAda() async throws -> Int {
        try await stores.browserSessions.sessions(of: people.user(named: "ada").id).count
    }

    /// Signs ada in.
    func signedIn(device: String? = nil, earlier: String? = nil) async throws -> SignIn {
        try await people.signIn(name: "ada", password: Secret(Self.password), device: device, earlier: earlier)
    }
}
