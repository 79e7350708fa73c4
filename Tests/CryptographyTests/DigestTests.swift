import Cryptography
import Telemetry
import Testing

/// FIPS 180-4's examples.
private let shaVectors: [(DigestAlgorithm, String, String)] = [
    (.sha256, "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    (.sha256, "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
        .sha256, "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
    (
        .sha384, "abc",
        "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7"
    ),
    (
        .sha512, "abc",
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
            + "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"
    ),
]

@Suite struct `A digest` {
    private func made(of bytes: [UInt8]) -> SHA256Digest? { SHA256Digest(bytes.span) }

    @Test(arguments: shaVectors)
    func `is what FIPS 180-4 says`(algorithm: DigestAlgorithm, text: String, expected: String) throws {
        let digest = try algorithm.digest(of: Array(text.utf8).span)
        #expect(digest == hex(expected))
        #expect(digest.count == algorithm.byteCount)
    }

    @Test func `comes out the same from a hasher that is used again and again`() throws {
        var hasher = try SHA256Hasher()
        for _ in 0..<3 {
            for (algorithm, text, expected) in shaVectors where algorithm == .sha256 {
                let digest = hasher.digest(of: Array(text.utf8).span)
                #expect(digest.bytes == hex(expected))
            }
        }
    }

    @Test func `of a million letters is right`() throws {
        var hasher = try SHA256Hasher()
        let digest = hasher.digest(of: [UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000).span)
        #expect(digest.bytes == hex("cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"))
    }

    @Test func `is a key of dictionaries and made of exactly 32 bytes`() throws {
        let bytes = hex("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        let digest = try #require(made(of: bytes))
        #expect(digest.bytes == bytes)
        #expect([digest: 1][try #require(made(of: bytes))] == 1)
        for index in bytes.indices {
            var changed = bytes
            changed[index] ^= 1
            #expect(made(of: changed) != digest)
        }
        #expect(made(of: Array(bytes.dropLast())) == nil)
        #expect(made(of: bytes + [0]) == nil)
    }
}

@Suite struct `An authentication code` {
    /// RFC 4231 §4, without the truncated case 5.
    private static let vectors: [(key: [UInt8], message: [UInt8], code: String)] = [
        (
            [UInt8](repeating: 0x0B, count: 20), Array("Hi There".utf8),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
        ),
        (
            Array("Jefe".utf8), Array("what do ya want for nothing?".utf8),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        ),
        (
            [UInt8](repeating: 0xAA, count: 20), [UInt8](repeating: 0xDD, count: 50),
            "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"
        ),
        (
            Array(1...25), [UInt8](repeating: 0xCD, count: 50),
            "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"
        ),
        (
            [UInt8](repeating: 0xAA, count: 131), Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        ),
        (
            [UInt8](repeating: 0xAA, count: 131),
            Array(
                ("This is a test using a larger than block-size key and a larger than block-size data. The key needs to "
                    + "be hashed before being used by the HMAC algorithm.").utf8),
            "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"
        ),
    ]

    @Test(arguments: vectors.indices)
    func `is what RFC 4231 says, from one key set up once`(index: Int) throws {
        let vector = Self.vectors[index]
        var authenticator = try HMACSHA256(key: Secret(vector.key))
        for _ in 0..<3 {
            let code = authenticator.code(for: vector.message.span)
            let other = authenticator.code(for: [UInt8](vector.message.reversed() + [0]).span)
            #expect(code.bytes == hex(vector.code))
            #expect(code != other)
        }
    }

    @Test func `needs a key`() {
        #expect(throws: CryptographyError.keyLength(bytes: 0)) { _ = try HMACSHA256(key: Secret([])) }
    }

    @Test func `of nothing is a code too`() throws {
        var authenticator = try HMACSHA256(key: Secret([1]))
        let code = authenticator.code(for: [UInt8]().span)
        let again = authenticator.code(for: [UInt8]().span)
        #expect(code == again)
    }
}

@Suite struct `Random bytes` {
    @Test(arguments: [0, 1, 12, 32, 10_000])
    func `are as many as asked for, and never the same`(count: Int) throws {
        let (first, second) = (try SecureRandom.bytes(count), try SecureRandom.bytes(count))
        #expect(first.count == count && second.count == count)
        #expect(count < 12 || first != second)
    }
}

@Suite struct `A comparison in constant time` {
    private func equal(_ left: [UInt8], _ right: [UInt8]) -> Bool { ConstantTime.equal(left.span, right.span) }

    @Test func `finds every difference`() {
        #expect(equal([], []))
        for count in [1, 7, 8, 31, 32, 47, 100] as [UInt8] {
            let bytes = Array(0..<count)
            #expect(equal(bytes, Array(bytes)))
            #expect(!equal(bytes, Array(bytes.dropLast())))
            for index in bytes.indices {
                var changed = bytes
                changed[index] ^= 0x80
                #expect(!equal(bytes, changed))
            }
        }
    }
}
