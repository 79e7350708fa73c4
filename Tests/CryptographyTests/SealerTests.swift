import Cryptography
import Telemetry
import Testing

private func key(_ id: UInt32, filledWith byte: UInt8? = nil) -> SealingKeys.Key {
    SealingKeys.Key(id: SealingKeyID(id), bytes: Secret([UInt8](repeating: byte ?? UInt8(id & 0xFF), count: 32)))
}

private let purpose = Array("session".utf8)
private let value = Array("the value that nobody may see".utf8)

@Suite struct `A sealed value` {
    @Test(arguments: [0, 1, 16, 200, 2_000])
    func `opens to what it was`(count: Int) throws {
        var sealer = try Sealer(try SealingKeys(current: key(1)))
        let value = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
        let sealed = try sealer.seal(value, for: purpose)
        #expect(sealed.count == count + Sealer.overheadBytes)
        #expect(try sealer.open(sealed, for: purpose) == value)
    }

    @Test func `says its version and key, and nothing of what is in it, and is never the same twice`() throws {
        var sealer = try Sealer(try SealingKeys(current: key(0x0102_0304)))
        let (first, second) = (
            try sealer.seal(value, for: purpose), try sealer.seal(value, for: purpose)
        )
        for sealed in [first, second] {
            #expect(sealed.prefix(5) == [1, 1, 2, 3, 4])
            #expect(!sealed.windows(of: 4).contains { value.windows(of: 4).contains($0) })
        }
        #expect(first[5..<17] != second[5..<17])
        #expect(first[17...] != second[17...])
    }

    @Test func `opens with the same keys in another program`() throws {
        let keys = try SealingKeys(current: key(7))
        var one = try Sealer(keys)
        var other = try Sealer(keys)
        #expect(try other.open(try one.seal(value, for: purpose), for: purpose) == value)
    }

    @Test func `opens after its key has become an older one, and back again`() throws {
        var before = try Sealer(try SealingKeys(current: key(1)))
        let old = try before.seal(value, for: purpose)
        var after = try Sealer(try SealingKeys(current: key(3), older: [key(2), key(1)]))
        let new = try after.seal(value, for: purpose)
        for sealed in [old, new, old] { #expect(try after.open(sealed, for: purpose) == value) }
        #expect(throws: CryptographyError.sealedByUnknownKey(SealingKeyID(3))) {
            try before.open(new, for: purpose)
        }
        #expect(try before.open(old, for: purpose) == value)
    }

    @Test func `does not open for another purpose`() throws {
        var sealer = try Sealer(try SealingKeys(current: key(1)))
        let sealed = try sealer.seal(value, for: purpose)
        for other in ["", "sessio", "sessions", "Session"] {
            #expect(throws: CryptographyError.sealedNotAuthentic) {
                try sealer.open(sealed, for: Array(other.utf8))
            }
        }
        #expect(try sealer.open(sealed, for: purpose) == value)
    }

    @Test func `does not open with another key of the same id`() throws {
        var sealer = try Sealer(try SealingKeys(current: key(1, filledWith: 1)))
        var other = try Sealer(try SealingKeys(current: key(1, filledWith: 2)))
        let sealed = try sealer.seal(value, for: purpose)
        #expect(throws: CryptographyError.sealedNotAuthentic) { try other.open(sealed, for: purpose) }
    }

    @Test func `does not open after any one bit was changed`() throws {
        var sealer = try Sealer(try SealingKeys(current: key(1)))
        let sealed = try sealer.seal(value, for: purpose)
        for index in sealed.indices {
            for bit in 0..<8 {
                var changed = sealed
                changed[index] ^= 1 << bit
                let expected: CryptographyError =
                    switch index {
                    case 0: .sealedMalformed
                    case 1...4: .sealedByUnknownKey(SealingKeyID(changed[1...4].reduce(0) { $0 << 8 | UInt32($1) }))
                    default: .sealedNotAuthentic
                    }
                #expect(throws: expected) { try sealer.open(changed, for: purpose) }
            }
        }
    }

    @Test func `does not open under the id of another key that is known`() throws {
        var sealer = try Sealer(try SealingKeys(current: key(1, filledWith: 9), older: [key(2, filledWith: 9)]))
        var sealed = try sealer.seal(value, for: purpose)
        sealed[4] = 2
        // Even with the same key behind both ids: the id is authenticated.
        #expect(throws: CryptographyError.sealedNotAuthentic) { try sealer.open(sealed, for: purpose) }
    }

    @Test func `does not open when cut or lengthened`() throws {
        var sealer = try Sealer(try SealingKeys(current: key(1)))
        let sealed = try sealer.seal(value, for: purpose)
        for count in 0..<sealed.count {
            let expected: CryptographyError = count < Sealer.overheadBytes ? .sealedMalformed : .sealedNotAuthentic
            #expect(throws: expected) { try sealer.open(Array(sealed[..<count]), for: purpose) }
        }
        #expect(throws: CryptographyError.sealedNotAuthentic) {
            try sealer.open(sealed + [0], for: purpose)
        }
    }

    @Test func `is as large as the limit and not larger`() throws {
        var sealer = try Sealer(try SealingKeys(current: key(1)))
        let full = [UInt8](repeating: 7, count: Sealer.plaintextBytesMax)
        let sealed = try sealer.seal(full, for: purpose)
        #expect(try sealer.open(sealed, for: purpose) == full)
        #expect(throws: CryptographyError.plaintextTooLarge) { try sealer.seal(full + [7], for: purpose) }
        #expect(throws: CryptographyError.sealedMalformed) { try sealer.open(sealed + [7], for: purpose) }
    }

    @Test func `is refused by a key that has sealed its share, which still opens`() throws {
        var sealer = try Sealer(try SealingKeys(current: key(1)), sealsMax: 2)
        let first = try sealer.seal(value, for: purpose)
        _ = try sealer.seal(value, for: purpose)
        #expect(throws: CryptographyError.keyExhausted(SealingKeyID(1))) {
            try sealer.seal(value, for: purpose)
        }
        #expect(try sealer.open(first, for: purpose) == value)
    }
}

@Suite struct `Sealing keys` {
    @Test(arguments: [0, 16, 31, 33, 64])
    func `have 32 bytes and no other number`(count: Int) {
        let wrong = SealingKeys.Key(id: SealingKeyID(2), bytes: Secret([UInt8](repeating: 1, count: count)))
        #expect(throws: CryptographyError.keyLength(bytes: count)) { try SealingKeys(current: wrong) }
        #expect(throws: CryptographyError.keyLength(bytes: count)) { try SealingKeys(current: key(1), older: [wrong]) }
    }

    @Test func `have ids of their own`() {
        #expect(throws: CryptographyError.keyIDRepeated(SealingKeyID(1))) {
            try SealingKeys(current: key(1), older: [key(2), key(1)])
        }
    }

    @Test func `do not show themselves`() throws {
        let keys = try SealingKeys(current: key(1, filledWith: 171))
        #expect(!"\(keys)".contains("171"))
    }
}

extension [UInt8] {
    fileprivate func windows(of count: Int) -> Set<[UInt8]> {
        Set((0...Swift.max(0, self.count - count)).map { Array(self[$0..<Swift.min($0 + count, self.count)]) })
    }
}

extension Sealer {
    fileprivate mutating func seal(_ plaintext: [UInt8], for associated: [UInt8]) throws(CryptographyError) -> [UInt8] {
        try seal(plaintext.span, for: associated.span)
    }

    fileprivate mutating func open(_ sealed: [UInt8], for associated: [UInt8]) throws(CryptographyError) -> [UInt8] {
        try open(sealed.span, for: associated.span)
    }
}
