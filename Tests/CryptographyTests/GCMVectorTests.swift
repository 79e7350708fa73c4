import Telemetry
import Testing

// The cipher is not for others, but vectors have nonces of their own, which the sealer for good reason does not take.
@testable import Cryptography

@Suite struct `AES-256-GCM` {
    struct Vector {
        let key: String
        let nonce: String
        let associated: String
        let plaintext: String
        let ciphertext: String
        let tag: String
    }

    private static let longPlaintext = """
        d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72
        1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255
        """
    private static let longCiphertext = """
        522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa
        8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662898015ad
        """
    private static let longKey = "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308"

    /// Test cases 13 to 16 of the specification of GCM that NIST published (McGrew and Viega, appendix B).
    static let vectors: [Vector] = [
        Vector(
            key: String(repeating: "0", count: 64), nonce: "000000000000000000000000", associated: "", plaintext: "",
            ciphertext: "", tag: "530f8afbc74536b9a963b4f1c4cb738b"),
        Vector(
            key: String(repeating: "0", count: 64), nonce: "000000000000000000000000", associated: "",
            plaintext: "00000000000000000000000000000000", ciphertext: "cea7403d4d606b6e074ec5d3baf39d18",
            tag: "d0d1c8a799996bf0265b98b5d48ab919"),
        Vector(
            key: longKey, nonce: "cafebabefacedbaddecaf888", associated: "", plaintext: longPlaintext,
            ciphertext: longCiphertext, tag: "b094dac5d93471bdec1a502270e3cc6c"),
        Vector(
            key: longKey, nonce: "cafebabefacedbaddecaf888", associated: "feedfacedeadbeeffeedfacedeadbeefabaddad2",
            plaintext: String(longPlaintext.dropLast(8)), ciphertext: String(longCiphertext.dropLast(8)),
            tag: "76fc6ece0f4e1768cddf8853bb2d551b"),
    ]

    private func run(
        _ cipher: inout GCMCipher, _ direction: GCMCipher.Direction, _ vector: Vector, input: [UInt8],
        tag: inout [UInt8],
        splitAssociated: Bool = false
    ) -> [UInt8]? {
        var output = [UInt8](repeating: 0, count: input.count)
        let isDone = hex(vector.nonce).withUnsafeBytes { nonce in
            hex(vector.associated).withUnsafeBytes { associated in
                input.withUnsafeBytes { input in
                    output.withUnsafeMutableBytes { output in
                        tag.withUnsafeMutableBytes { tag in
                            let half = associated.count / 2
                            let parts =
                                splitAssociated
                                ? [
                                    UnsafeRawBufferPointer(rebasing: associated[..<half]),
                                    UnsafeRawBufferPointer(rebasing: associated[half...]),
                                ] : [associated]
                            return cipher.run(
                                nonce: nonce, associated: parts, input: input, output: output, tag: tag,
                                direction: direction)
                        }
                    }
                }
            }
        }
        return isDone ? output : nil
    }

    @Test(arguments: vectors.indices, [false, true])
    func `is what its specification says, each way and again`(index: Int, splitAssociated: Bool) throws {
        let vector = Self.vectors[index]
        var sealing = try GCMCipher(key: Secret(hex(vector.key)), direction: .sealing)
        var opening = try GCMCipher(key: Secret(hex(vector.key)), direction: .opening)
        for _ in 0..<2 {
            var tag = [UInt8](repeating: 0, count: 16)
            let sealed = run(
                &sealing, .sealing, vector, input: hex(vector.plaintext), tag: &tag, splitAssociated: splitAssociated)
            #expect(sealed == hex(vector.ciphertext))
            #expect(tag == hex(vector.tag))
            let opened = run(
                &opening, .opening, vector, input: hex(vector.ciphertext), tag: &tag, splitAssociated: splitAssociated)
            #expect(opened == hex(vector.plaintext))
            tag[0] ^= 1
            #expect(run(&opening, .opening, vector, input: hex(vector.ciphertext), tag: &tag) == nil)
        }
    }
}
