import GatewayModel
import Storage
import Telemetry
import Testing
import WebUI

@testable import People

@Suite("Browser sessions")
struct SessionTests {
    @Test("the store knows digests only, of sessions, keys and links")
    func digests() async throws {
        let test = try await PeopleUnderTest()
        let link = try #require(try await test.people.firstStartLink()).exposed.text
        let token = try #require(link.split(separator: "=").last).description
        #expect(try !test.database.contains(token))
        try await test.people.addUser(
            name: UserName("ada"), role: .member, password: Password(PeopleUnderTest.password))
        let session = try await test.signedIn().session.secret.exposed
        let user = try await test.people.user(named: "ada")
        let key = try await test.people.createKey(of: user.id, server: .default).secret.exposed
        #expect(session.count == 43 && key.hasPrefix("pbk_") && key.count == 47)
        #expect(try !test.database.contains(session))
        #expect(try !test.database.contains(key))
        #expect(try test.database.contains(user.id), "what is kept is found")
    }

    @Test("lasts eight hours from its last use, and is not written at each use")
    func sliding() async throws {
        let test = try await PeopleUnderTest.withAda()
        let cookie = try await test.signedIn().session.secret.exposed
        let writes = test.database.writes
        for _ in 0..<10 {
            test.clock.advance(PeopleService.extensionPause / 20)
            #expect(try await test.people.person(session: cookie)?.name == "Ada")
        }
        #expect(test.database.writes == writes)
        for _ in 0..<5 {
            test.clock.advance(PeopleService.sessionTime - PeopleService.extensionPause)
            #expect(try await test.people.person(session: cookie) != nil)
        }
        test.clock.advance(PeopleService.sessionTime)
        #expect(try await test.people.person(session: cookie) == nil)
    }

    @Test("is a new one at each sign-in, whatever id the browser brought, and the earlier one ends")
    func fixation() async throws {
        let test = try await PeopleUnderTest.withAda()
        let planted = "planted-by-somebody-else"
        let first = try await test.signedIn(earlier: planted).session.secret.exposed
        #expect(first != planted)
        #expect(try await test.people.person(session: planted) == nil)
        let second = try await test.signedIn(earlier: first).session.secret.exposed
        #expect(try await test.people.person(session: first) == nil)
        #expect(try await test.people.person(session: second) != nil)
    }

    @Test("shows role and groups of now, and ends with its user")
    func changes() async throws {
        let test = try await PeopleUnderTest.withAda()
        let user = try await test.people.user(named: "ada")
        let cookie = try await test.signedIn().session.secret.exposed
        try await test.people.setRole(.builder, of: "ada")
        try await test.people.setGroups(["a", "b"], of: "ada")
        let person = try #require(try await test.people.person(session: cookie))
        #expect(person.role == .builder && person.groups == ["a", "b"] && person.user == user.id)
        try await test.people.setDisabled(true, of: "ada")
        #expect(try await test.people.person(session: cookie) == nil)
        try await test.people.setDisabled(false, of: "ada")
        #expect(try await test.people.person(session: cookie) == nil, "a session that was ended stays ended")
        try await test.people.removeUser("ada")
        #expect(
            test.news.all == [
                "changed \(user.id)", "changed \(user.id)", "ended user(\"\(user.id)\")", "changed \(user.id)",
                "removed user(\"\(user.id)\")",
            ])
        #expect(await test.refusal("ada", PeopleUnderTest.password) == .wrong)
    }

    @Test("all end by signing out everywhere and by another password, and only this user's")
    func everywhere() async throws {
        let test = try await PeopleUnderTest.withAda()
        try await test.people.addUser(name: UserName("bob"), role: .member, password: Password("bobs password"))
        let bob = try await test.people.signIn(
            name: "bob", password: Secret("bobs password"), device: nil, earlier: nil)
        let user = try await test.people.user(named: "ada")
        let cookies = [try await test.signedIn(), try await test.signedIn()].map(\.session.secret.exposed)
        try await test.people.signOutEverywhere(user: user.id)
        for cookie in cookies { #expect(try await test.people.person(session: cookie) == nil) }
        let third = try await test.signedIn().session.secret.exposed
        try await test.people.setPassword(Password("another password"), of: "ada")
        #expect(try await test.people.person(session: third) == nil)
        #expect(await test.refusal("ada", PeopleUnderTest.password) == .wrong)
        #expect(try await test.people.person(session: bob.session.secret.exposed)?.name == "bob")
    }
}
