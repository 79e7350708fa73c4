import GatewayModel
import Storage
import Telemetry
import Testing
import WebUI

@testable import People

@Suite("Users, keys and the first start")
struct AdministrationTests {
    @Test("a name is there once, whatever its case, and names and groups have limits")
    func names() async throws {
        let test = try await PeopleUnderTest.withAda()
        await #expect(throws: PeopleError.nameTaken("ADA")) {
            try await test.people.addUser(name: UserName("ADA"), role: .member, password: nil)
        }
        for text in ["", " ada", "a\u{200B}da", "a\nb", String(repeating: "x", count: UserName.bytesMax + 1)] {
            #expect(throws: PeopleError.self) { try UserName(text) }
        }
        #expect(try UserName(String(repeating: "x", count: UserName.bytesMax)).text.count == UserName.bytesMax)
        let many = Set((0...GroupNames.countMax).map { "g\($0)" })
        await #expect(throws: PeopleError.tooManyGroups(max: GroupNames.countMax)) {
            try await test.people.setGroups(many, of: "ada")
        }
        try await test.people.setGroups(Set(many.prefix(GroupNames.countMax)), of: "ada")
        await #expect(throws: PeopleError.self) { try await test.people.setGroups(["a\u{0}"], of: "ada") }
        await #expect(throws: PeopleError.unknownUser("eve")) { try await test.people.setRole(.member, of: "eve") }
    }

    @Test("keys are bounded, and end for their owner only")
    func keys() async throws {
        let test = try await PeopleUnderTest.withAda()
        let ada = try await test.people.user(named: "ada").id
        let bob = try await test.people.addUser(name: UserName("bob"), role: .member, password: nil).id
        let key = try await test.people.createKey(of: ada, server: .default, name: "for the build").key
        await #expect(throws: PeopleError.unknownKey(key.id)) { try await test.people.revokeKey(key.id, of: bob) }
        #expect(try await test.people.keys(of: ada) == [key])
        try await test.people.revokeKey(key.id, of: ada)
        #expect(try await test.people.keys().isEmpty)
        #expect(test.news.all == ["ended key(\"\(key.id)\")"])
        for _ in 0..<APIKeyStore.keysMax { _ = try await test.people.createKey(of: ada, server: .default) }
        await #expect(throws: PeopleError.tooManyKeys(max: APIKeyStore.keysMax)) {
            _ = try await test.people.createKey(of: ada, server: .default)
        }
        await #expect(throws: PeopleError.keyName(bytesMax: 64)) {
            _ = try await test.people.createKey(of: bob, server: .default, name: String(repeating: "n", count: 65))
        }
        await #expect(throws: PeopleError.unknownUser("u_x")) {
            _ = try await test.people.createKey(of: "u_x", server: .default)
        }
    }

    @Test("the first start's link makes one operator, once, in its hour, and a later link ends it")
    func firstStart() async throws {
        let test = try await PeopleUnderTest()
        func token() async throws -> String {
            let link = try #require(try await test.people.firstStartLink())
            return link.exposed.text.replacing("/setup?token=", with: "")
        }
        let (name, password) = (try UserName("root"), try Password("a long password"))
        let first = try await token()
        let second = try await token()
        await #expect(throws: PeopleError.linkUsed) {
            try await test.people.setUp(token: first, name: name, password: password)
        }
        test.clock.advance(PeopleService.setupLinkTime)
        await #expect(throws: PeopleError.linkUsed) {
            try await test.people.setUp(token: second, name: name, password: password)
        }
        let third = try await token()
        async let one = try? test.people.setUp(token: third, name: name, password: password)
        async let other = try? test.people.setUp(token: third, name: try UserName("other"), password: password)
        let made = [await one, await other].compactMap { $0 }
        #expect(made.count == 1 && made.first?.role == .operator)
        #expect(try await test.people.firstStartLink() == nil)
    }
}
