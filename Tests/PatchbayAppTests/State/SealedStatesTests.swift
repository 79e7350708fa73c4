import Cryptography
import Gateway
import Telemetry
import Testing

@testable import PatchbayApp

@Suite struct `A sealed state` {
    let states: SealedStates

    init() throws {
        states = try SealedStates(keys([1]), loops: 2)
    }

    @Test(arguments: SealPurpose.allCases)
    func `opens for what it was sealed for and for nothing else`(purpose: SealPurpose) throws {
        let secret = Array("who, where, since when".utf8)
        let text = try #require(states.seal(secret, for: purpose))
        #expect(text.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != 0x22 && $0 != 0x5C })
        #expect(!text.contains("where"))
        for other in SealPurpose.allCases {
            #expect(states.open(Array(text.utf8).span, for: other) == (other == purpose ? secret : nil))
        }
        #expect(states.seal(secret, for: purpose) != text)
    }

    @Test func `does not open after any change, nor when it is nonsense`() throws {
        let text = Array(try #require(states.seal([1, 2, 3], for: .session)).utf8)
        for index in text.indices {
            var changed = text
            changed[index] = text[index] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
            #expect(states.open(changed.span, for: .session) == nil)
        }
        for nonsense in ["", "A", "session", "....", String(repeating: "A", count: 10_000)] {
            #expect(states.open(Array(nonsense.utf8).span, for: .session) == nil)
        }
        #expect(states.open(text.span, for: .session) == [1, 2, 3])
    }

    @Test func `opens with an older key, in another process, and not without its key`() throws {
        let text = Array(try #require(states.seal([9], for: .requestState)).utf8)
        #expect(try SealedStates(keys([2, 1]), loops: 1).open(text.span, for: .requestState) == [9])
        #expect(try SealedStates(keys([2]), loops: 1).open(text.span, for: .requestState) == nil)
    }

    @Test func `has a digest that is the same everywhere`() throws {
        let other = try SealedStates(keys([2]), loops: 1)
        // SHA-256 of "abc", FIPS 180-2 B.1.
        let expected: [UInt8] = [
            0xBA, 0x78, 0x16, 0xBF, 0x8F, 0x01, 0xCF, 0xEA, 0x41, 0x41, 0x40, 0xDE, 0x5D, 0xAE, 0x22, 0x23,
            0xB0, 0x03, 0x61, 0xA3, 0x96, 0x17, 0x7A, 0x9C, 0xB4, 0x10, 0xFF, 0x61, 0xF2, 0x00, 0x15, 0xAD,
        ]
        #expect(states.digest(Array("abc".utf8)) == expected)
        #expect(other.digest(Array("abc".utf8)) == expected)
    }

    @Test func `is made and opened by many at once`() async throws {
        let states = states
        let opened = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<200 {
                group.addTask {
                    let bytes = [UInt8(number & 0xFF), UInt8(number >> 8)]
                    guard let text = states.seal(bytes, for: .task) else { return false }
                    return states.open(Array(text.utf8).span, for: .task) == bytes
                }
            }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(opened == 200)
        #expect(states.random(24).count == 24)
        #expect(states.random(24) != states.random(24))
    }
}

private func keys(_ numbers: [UInt8]) throws -> SealingKeys {
    let keys = numbers.map {
        SealingKeys.Key(id: SealingKeyID(UInt32($0)), bytes: Secret([UInt8](repeating: $0, count: 32)))
    }
    return try SealingKeys(current: keys[0], older: Array(keys.dropFirst()))
}
