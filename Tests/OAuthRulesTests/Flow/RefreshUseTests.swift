import GatewayModel
import OAuthRules
import Testing

struct RefreshUseTests {
    /// A family as a store would keep it: what the judge says is written down.
    private struct Kept {
        var generation = 1
        var generationBegan: Duration = .zero
        var isEnded = false
        var scopes: AccessScopes = .all

        mutating func use(
            _ generation: Int, at now: Duration, client: String = "client", server: ServerSlug? = nil,
            scopes wanted: AccessScopes? = nil
        ) -> RefreshUse.Verdict {
            let verdict = RefreshUse.judge(
                RefreshUse.Token(generation: generation, expires: RefreshUse.lifetime),
                of: RefreshUse.Family(
                    client: "client", server: .default, scopes: scopes, generation: self.generation,
                    generationBegan: generationBegan, isEnded: isEnded),
                RefreshUse.Attempt(client: client, server: server, scopes: wanted), now: now)
            switch verdict {
            case .accept(_, let next) where next > self.generation: (self.generation, generationBegan) = (next, now)
            case .refuseAndEndGrant: isEnded = true
            default: break
            }
            return verdict
        }
    }

    @Test("each use begins the next generation")
    func rotation() {
        var family = Kept()
        #expect(family.use(1, at: .seconds(3600)) == .accept(.all, generation: 2))
        #expect(family.use(2, at: .seconds(7200)) == .accept(.all, generation: 3))
    }

    @Test("whoever repeats a token within two minutes gets another pair of the same generation (rulings 5.2)")
    func repetition() {
        var family = Kept()
        #expect(family.use(1, at: .seconds(1000)) == .accept(.all, generation: 2))
        #expect(family.use(1, at: .seconds(1119)) == .accept(.all, generation: 2))
        // The time counts from the first use, or it would never end.
        #expect(family.use(1, at: .seconds(1120)) == .accept(.all, generation: 2))
        #expect(family.use(1, at: .seconds(1121)) == .refuseAndEndGrant(.replayedRefreshToken))
        #expect(family.use(2, at: .seconds(1122)) == .refuse(.endedGrant))
    }

    @Test("a token whose successor was used is a replay at once, and ends the family (RFC 9700 4.14.2)")
    func replay() {
        var family = Kept()
        _ = family.use(1, at: .seconds(1000))
        _ = family.use(2, at: .seconds(1001))
        #expect(family.use(1, at: .seconds(1002)) == .refuseAndEndGrant(.replayedRefreshToken))
        #expect(family.isEnded)
    }

    @Test("of two who hold tokens of one generation only one can go on: the later one ends the family")
    func branches() {
        var family = Kept()
        _ = family.use(1, at: .seconds(1000))
        // The thief repeats within the time of grace, and so both hold a token of generation 2.
        #expect(family.use(1, at: .seconds(1060)) == .accept(.all, generation: 2))
        #expect(family.use(2, at: .seconds(4000)) == .accept(.all, generation: 3))
        #expect(family.use(2, at: .seconds(5000)) == .refuseAndEndGrant(.replayedRefreshToken))
    }

    @Test("another client gets nothing, and ends the family when the token was used before")
    func otherClient() {
        var family = Kept()
        #expect(family.use(1, at: .seconds(1), client: "thief") == .refuse(.otherClient))
        #expect(family.use(1, at: .seconds(2)) == .accept(.all, generation: 2))
        #expect(family.use(1, at: .seconds(3), client: "thief") == .refuseAndEndGrant(.replayedRefreshToken))
    }

    @Test("a refresh keeps server and scopes, or narrows the scopes, and never widens them (RFC 6749 6, RFC 8707 2.2)")
    func limits() throws {
        let other = try ServerSlug("other")
        var family = Kept()
        #expect(family.use(1, at: .seconds(1), server: other) == .refuse(.otherServer))
        #expect(family.use(1, at: .seconds(1), server: .default, scopes: .read) == .accept(.read, generation: 2))
        #expect(family.use(2, at: .seconds(2)) == .accept(.all, generation: 3))
        family.scopes = .read
        #expect(family.use(3, at: .seconds(3), scopes: .all) == .refuse(.moreScopes))
        #expect(family.use(3, at: RefreshUse.lifetime) == .refuse(.expiredRefreshToken))
    }

    @Test("every refusal has a sentence that may stand in an answer (RFC 6749 5.2)", arguments: TokenRefusal.allCases)
    func sentences(refusal: TokenRefusal) {
        let text = OAuthError(refusal).description
        #expect(text.utf8.allSatisfy { (0x20...0x7E).contains($0) && $0 != 0x22 && $0 != 0x5C })
    }
}
