import GatewayModel
import OAuthRules
import Testing

struct CodeUseTests {
    private static let began: Duration = .seconds(1_000_000)

    private func code(usedAt: Duration? = nil, isGrantEnded: Bool = false) -> CodeUse.Code {
        CodeUse.Code(
            client: "client", redirectURI: "https://client.example/back", challenge: "challenge", server: .default,
            expires: Self.began + CodeUse.lifetime, usedAt: usedAt, isGrantEnded: isGrantEnded)
    }

    private func attempt(
        client: String = "client", redirectURI: String? = "https://client.example/back",
        challenge: String? = "challenge", server: ServerSlug? = .default
    ) -> CodeUse.Attempt {
        CodeUse.Attempt(client: client, redirectURI: redirectURI, challenge: challenge, server: server)
    }

    @Test("a code is good until its last second, and its redirect URI and resource may stay unsaid")
    func goodUses() {
        let last = Self.began + CodeUse.lifetime - .seconds(1)
        #expect(CodeUse.judge(code(), attempt(), now: last) == .accept)
        #expect(CodeUse.judge(code(), attempt(redirectURI: nil, server: nil), now: last) == .accept)
    }

    @Test("what does not fit is refused and leaves the code as it was (RFC 6749 4.1.3, RFC 7636 4.6, RFC 8707 2.2)")
    func refusals() throws {
        let other = try ServerSlug("other")
        let now = Self.began + .seconds(1)
        #expect(CodeUse.judge(code(), attempt(client: "thief"), now: now) == .refuse(.otherClient))
        #expect(CodeUse.judge(code(), attempt(challenge: "wrong"), now: now) == .refuse(.wrongVerifier))
        #expect(CodeUse.judge(code(), attempt(challenge: nil), now: now) == .refuse(.missingVerifier))
        #expect(
            CodeUse.judge(code(), attempt(redirectURI: "https://client.example/back/"), now: now)
                == .refuse(.otherRedirectURI))
        #expect(CodeUse.judge(code(), attempt(server: other), now: now) == .refuse(.otherServer))
        #expect(CodeUse.judge(code(), attempt(), now: Self.began + CodeUse.lifetime) == .refuse(.expiredCode))
        #expect(CodeUse.judge(code(isGrantEnded: true), attempt(), now: now) == .refuse(.endedGrant))
    }

    @Test("a second use within a minute by the same client with the right verifier ends nothing (rulings 5.1)")
    func repetition() {
        let used = code(usedAt: Self.began)
        let limit = Self.began + CodeUse.repetitionTime
        #expect(CodeUse.judge(used, attempt(), now: limit) == .refuse(.usedCode))
        #expect(CodeUse.judge(used, attempt(), now: limit + .seconds(1)) == .refuseAndEndGrant(.usedCode))
    }

    @Test(
        "a second use by anybody else ends what the first one gave, expired or not (RFC 6749 4.1.2)",
        arguments: [Duration.seconds(1), .seconds(3600)])
    func replay(after: Duration) {
        let used = code(usedAt: Self.began)
        for attempt in [attempt(client: "thief"), attempt(challenge: "wrong"), attempt(challenge: nil)] {
            #expect(CodeUse.judge(used, attempt, now: Self.began + after) == .refuseAndEndGrant(.usedCode))
        }
    }
}
