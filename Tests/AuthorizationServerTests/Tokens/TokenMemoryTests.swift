import GatewayModel
import Testing

@testable import AuthorizationServer

@Suite("What a loop remembers of tokens")
struct TokenMemoryTests {
    private static func token(_ number: Int) -> [UInt8] {
        Array("a token that ends with a number of its own: \(number + 1_000_000)".utf8)
    }

    private func entry(_ token: [UInt8], end: UInt64 = 1_000) -> TokenMemory.Entry {
        TokenMemory.Entry(
            token: token, server: .default, principal: .anonymous, end: end, things: [], madeAt: 0, readAt: 1)
    }

    private func place(_ token: [UInt8], _ server: ServerSlug = .default) throws -> UInt64 {
        let place = TokenMemory.place(of: token.span, for: server)
        return try #require(place)
    }

    /// Expectations take neither a span nor a value that cannot be copied.
    private final class Kept {
        private var memory = TokenMemory()

        func remember(_ place: UInt64, _ entry: TokenMemory.Entry, now: UInt64) {
            memory.remember(place, entry, now: now)
        }

        func forget(_ place: UInt64) { memory.forget(place) }

        func entry(_ place: UInt64, _ token: [UInt8]) -> TokenMemory.Entry? { memory.entry(place, token.span)?.entry }
    }

    @Test("is bounded, and what came last is there")
    func bounded() throws {
        let memory = Kept()
        let count = TokenMemory.tokensMax * 3
        for number in 0..<count {
            let token = Self.token(number)
            memory.remember(try place(token), entry(token), now: 0)
            #expect(memory.entry(try place(token), token) != nil)
        }
        var known = 0
        for number in 0..<count {
            let token = Self.token(number)
            if memory.entry(try place(token), token) != nil { known += 1 }
        }
        #expect(known <= TokenMemory.tokensMax)
        #expect(known > TokenMemory.tokensMax / 2, "tokens spread over the rows")
    }

    @Test("loses what was used longest ago, and before that what is over")
    func order() throws {
        let memory = Kept()
        // All of one row: the places differ below the bits that choose it.
        let tokens = (0..<10).map { Self.token($0) }
        for (number, token) in tokens.prefix(8).enumerated() {
            memory.remember(UInt64(number), entry(token, end: number == 3 ? 10 : 1_000), now: 0)
        }
        memory.remember(8, entry(tokens[8]), now: 10)
        #expect(memory.entry(3, tokens[3]) == nil, "its time was over")
        #expect(memory.entry(0, tokens[0]) != nil)
        memory.remember(9, entry(tokens[9]), now: 10)
        #expect(memory.entry(1, tokens[1]) == nil, "nobody had used it since it came")
        for number in [0, 2, 4, 5, 6, 7, 8, 9] { #expect(memory.entry(UInt64(number), tokens[number]) != nil) }
    }

    @Test("has one place for a token at each server, and one entry at a place")
    func places() throws {
        let memory = Kept()
        let token = Self.token(1)
        let team = try ServerSlug("team")
        #expect(try place(token) != place(token, team))
        let first = entry(token)
        let second = entry(token)
        memory.remember(try place(token), first, now: 0)
        memory.remember(try place(token), second, now: 0)
        #expect(memory.entry(try place(token), token) === second)
        memory.forget(try place(token))
        #expect(memory.entry(try place(token), token) == nil)
    }
}
