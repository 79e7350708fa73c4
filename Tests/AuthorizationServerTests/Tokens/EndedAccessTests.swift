import Testing

// What a loop remembers and what it asks are inner parts; their limits have no other door.
@testable import AuthorizationServer

@Suite("What has ended")
struct EndedAccessTests {
    @Test("ends what was made until that second, and nothing later")
    func seconds() {
        let ended = EndedAccess()
        ended.ended(.user("u_ann"), now: 100)
        #expect(ended.hasEnded([.grant("g_1"), .user("u_ann")], madeAt: 100))
        #expect(!ended.hasEnded([.grant("g_1"), .user("u_ann")], madeAt: 101))
        #expect(!ended.hasEnded([.grant("u_ann")], madeAt: 100))
        #expect(ended.firstSecond(for: [.user("u_ann")], from: 100) == 101)
        #expect(ended.firstSecond(for: [.user("u_bob")], from: 100) == 100)
    }

    @Test("does not become less by an older end of the same")
    func older() {
        let ended = EndedAccess()
        ended.ended(.user("u_ann"), now: 100)
        ended.ended(.user("u_ann"), now: 90)
        #expect(ended.hasEnded([.user("u_ann")], madeAt: 100))
    }

    @Test("is never more than so many: of what is forgotten, everything as old counts as ended")
    func limit() {
        let ended = EndedAccess(endsMax: 4)
        for second in 1...4 { ended.ended(.grant("g_\(second)"), now: second) }
        #expect(!ended.hasEnded([.grant("other")], madeAt: 1))
        ended.ended(.grant("g_5"), now: 5)
        for second in 1...5 { #expect(ended.hasEnded([.grant("g_\(second)")], madeAt: 1)) }
        #expect(ended.hasEnded([.grant("other")], madeAt: 3))
        #expect(!ended.hasEnded([.grant("other")], madeAt: 4))
        #expect(ended.hasEnded([.grant("g_4")], madeAt: 4))
        #expect(ended.firstSecond(for: [], from: 2) == 4)
    }

    @Test("of people who changed is never more than so many either: then everybody is read anew")
    func changes() {
        let ended = EndedAccess()
        let before = ended.newest
        for number in 0..<EndedAccess.changesMax { ended.changed(user: "u_\(number)", now: 1) }
        #expect(!ended.hasChanged(user: "u_ann", since: before))
        ended.changed(user: "u_last", now: 1)
        #expect(ended.hasChanged(user: "u_ann", since: before))
        #expect(!ended.hasChanged(user: "u_ann", since: ended.newest))
    }
}
