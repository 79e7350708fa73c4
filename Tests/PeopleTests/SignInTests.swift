import GatewayModel
import Reactor
import Telemetry
import Testing
import WebUI

@testable import People

@Suite("Signing in by password")
struct SignInTests {
    @Test("name in any case and the right password, nothing else")
    func rightAndWrong() async throws {
        let test = try await PeopleUnderTest.withAda()
        #expect(await test.refusal("ada", PeopleUnderTest.password) == nil)
        #expect(await test.refusal("ADA", PeopleUnderTest.password) == nil)
        #expect(await test.refusal("ada", "Correct horse") == .wrong)
        #expect(await test.refusal("ada", "") == .wrong)
        #expect(await test.refusal("", PeopleUnderTest.password) == .wrong)
        try await test.people.setDisabled(true, of: "ada")
        #expect(await test.refusal("ada", PeopleUnderTest.password) == .wrong)
    }

    @Test("an unknown user, a disabled one and one without a password cost the same work and get the same answer")
    func enumeration() async throws {
        let test = try await PeopleUnderTest.withAda()
        try await test.people.addUser(name: UserName("bob"), role: .member, password: nil)
        try await test.people.addUser(name: UserName("eve"), role: .member, password: Password("a password"))
        try await test.people.setDisabled(true, of: "eve")
        for name in ["ada", "nobody", "bob", "eve", "not a name", String(repeating: "x", count: 500), "\u{202E}"] {
            let (reads, checks, writes) = (test.database.reads, test.passwords.checks, test.database.writes)
            #expect(await test.refusal(name, "wrong password") == .wrong)
            #expect(test.database.reads - reads == 1 && test.passwords.checks - checks == 1, "\(name)")
            #expect(test.database.writes == writes)
        }
    }

    @Test("the hash that an unknown user is compared with has the form and the cost of a real one, and is nobody's")
    func nobodysHash() async throws {
        let lane = BlockingLane(threads: 1, queueMax: 4)
        defer { lane.shutDown() }
        let check = PasswordCheck(lane: lane)
        let real = try await check.hash(of: Password("some password"))
        func cost(_ hash: String) -> [Substring] { Array(hash.split(separator: "$").prefix(3)) }
        #expect(cost(real) == cost(PasswordCheck.nobodys) && real.count == PasswordCheck.nobodys.count)
        #expect(try await check.isRight(Secret("some password"), for: real))
        #expect(try await !check.isRight(Secret("some passwort"), for: real))
        #expect(try await !check.isRight(Secret("some password"), for: nil))
    }

    @Test("after the free attempts each attempt waits, for unknown names too, and nobody waits longer than the bound")
    func delays() async throws {
        let test = try await PeopleUnderTest.withAda()
        for name in ["ada", "nobody"] {
            for _ in 0..<AttemptLedger.freeAttempts { #expect(await test.refusal(name, "wrong password") == .wrong) }
            #expect(await test.refusal(name, "wrong password") == .wait(.seconds(1)))
            #expect(
                await test.refusal(name, PeopleUnderTest.password) == .wait(.seconds(1)), "\(name): the right one too")
        }
        let checks = test.passwords.checks
        _ = await test.refusal("ada", "wrong password")
        #expect(test.passwords.checks == checks, "what is refused costs no hash")
        for _ in 0..<20 {
            test.clock.advance(AttemptLedger.delayMax)
            #expect(await test.refusal("ada", "wrong password") == .wrong)
        }
        #expect(await test.refusal("ada", "wrong password") == .wait(AttemptLedger.delayMax))
        test.clock.advance(AttemptLedger.delayMax)
        #expect(await test.refusal("ada", PeopleUnderTest.password) == nil, "never a lock")
        #expect(await test.refusal("ada", "wrong password") == .wrong, "and everything is forgiven")
    }

    @Test("somebody who guesses does not slow down a browser in which its owner has signed in before")
    func lockOut() async throws {
        let test = try await PeopleUnderTest.withAda()
        let device = try #require(try await test.signedIn().device)
        for _ in 0..<AttemptLedger.freeAttempts { _ = await test.refusal("ada", "wrong password") }
        #expect(await test.refusal("ada", PeopleUnderTest.password) == .wait(.seconds(1)))
        #expect(await test.refusal("ada", PeopleUnderTest.password, device: device) == nil)
    }

    @Test("a device's mark is for one name, cannot be made up, and its own attempts are counted too")
    func deviceMarks() async throws {
        let test = try await PeopleUnderTest.withAda()
        try await test.people.addUser(name: UserName("eve"), role: .member, password: Password("eves password"))
        let eve = try await test.people.signIn(
            name: "eve", password: Secret("eves password"), device: nil, earlier: nil)
        let mark = try #require(eve.device)
        for _ in 0..<AttemptLedger.freeAttempts { _ = await test.refusal("ada", "wrong password") }
        var forged = Array(mark)
        forged[forged.count - 2] = forged[forged.count - 2] == "A" ? "B" : "A"
        for device in [mark, String(forged), "", "%%%"] {
            #expect(await test.refusal("ada", PeopleUnderTest.password, device: device) == .wait(.seconds(1)))
        }
        for _ in 0..<AttemptLedger.freeAttempts { _ = await test.refusal("eve", "wrong password", device: mark) }
        #expect(await test.refusal("eve", "eves password", device: mark) == .wait(.seconds(1)))
    }

    @Test("attempts at the same time count each")
    func parallelAttempts() async throws {
        let test = try await PeopleUnderTest.withAda()
        let refused = await withTaskGroup { group in
            for _ in 0..<50 { group.addTask { await test.refusal("ada", "wrong password") == .wrong } }
            return await group.reduce(into: 0) { count, isWrong in count += isWrong ? 1 : 0 }
        }
        #expect(refused == AttemptLedger.freeAttempts)
    }

    @Test("the count of attempts is bounded, and many made-up names do not wash away who is guessed at")
    func ledgerBound() {
        var ledger = AttemptLedger()
        func key(_ number: Int) -> AttemptLedger.Key { AttemptLedger.Key(digest: Array("\(number)".utf8)) }
        for _ in 0..<AttemptLedger.freeAttempts { _ = ledger.begin(key(-1), now: .zero) }
        for number in 0..<(AttemptLedger.rowsMax * 2) { _ = ledger.begin(key(number), now: .zero) }
        #expect(ledger.rowCount <= AttemptLedger.rowsMax)
        #expect(ledger.begin(key(-1), now: .zero) == .seconds(1))
    }

    @Test("passwords have 8 to 1024 bytes and no other rule")
    func passwordRules() {
        #expect(throws: PeopleError.passwordLength(min: 8, max: 1024)) { try Password("1234567") }
        #expect(throws: Never.self) { try Password("aaaaaaaa") }
        #expect(throws: Never.self) { try Password(String(repeating: "a", count: 1024)) }
        #expect(throws: PeopleError.self) { try Password(String(repeating: "a", count: 1025)) }
    }
}
