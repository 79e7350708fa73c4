/// The numbers of a public key, as a JWK has them: big-endian bytes.
package enum PublicKeyMaterial: Sendable, Hashable {
    /// A point on P-256, 32 bytes each.
    case p256(x: [UInt8], y: [UInt8])
    /// Modulus and exponent.
    case rsa(modulus: [UInt8], exponent: [UInt8])
    /// The 32 bytes of Ed25519.
    case ed25519([UInt8])

    /// The one algorithm of such a key.
    package var algorithm: SignatureAlgorithm {
        switch self {
        case .p256: .es256
        case .rsa: .rs256
        case .ed25519: .edDSA
        }
    }

    /// NIST SP 800-131A wants 2048 bits at least; above 8192 a check takes so long that keys become a way to keep us busy.
    package static let rsaBits = 2048...8192

    /// The key as a SubjectPublicKeyInfo (RFC 5280), which is what OpenSSL reads; `nil` for numbers that no key has.
    var subjectPublicKeyInfo: [UInt8]? {
        switch self {
        case .p256(let x, let y):
            guard x.count == 32, y.count == 32 else { return nil }
            return Self.p256Prefix + x + y
        case .ed25519(let key):
            guard key.count == 32 else { return nil }
            return Self.ed25519Prefix + key
        case .rsa(let modulus, let exponent):
            return Self.rsa(modulus, exponent)
        }
    }

    /// SEQUENCE { SEQUENCE { id-ecPublicKey, prime256v1 }, BIT STRING { 04 x y } }.
    static let p256Prefix: [UInt8] = [
        0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01, 0x06, 0x08, 0x2A, 0x86, 0x48,
        0xCE, 0x3D, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04,
    ]

    /// SEQUENCE { SEQUENCE { id-Ed25519 }, BIT STRING { key } } (RFC 8410).
    private static let ed25519Prefix: [UInt8] = [
        0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00,
    ]

    private static func rsa(_ modulus: [UInt8], _ exponent: [UInt8]) -> [UInt8]? {
        let modulus = Array(modulus.drop { $0 == 0 })
        let exponent = Array(exponent.drop { $0 == 0 })
        guard let first = modulus.first, let odd = modulus.last, let last = exponent.last, exponent.count <= 4,
            odd & last & 1 == 1, exponent != [1]
        else { return nil }
        guard rsaBits.contains(modulus.count * 8 - first.leadingZeroBitCount) else { return nil }
        let key = DER.sequence(DER.integer(modulus) + DER.integer(exponent))
        // rsaEncryption with NULL parameters (RFC 3279, 2.3.1).
        let algorithm: [UInt8] = [
            0x30, 0x0D, 0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01, 0x05, 0x00,
        ]
        return DER.sequence(algorithm + DER.element(0x03, [0] + key))
    }
}

/// As much of DER (X.690) as keys and signatures need.
enum DER {
    static func sequence(_ contents: [UInt8]) -> [UInt8] { element(0x30, contents) }

    /// A number that is not negative: no zero in front, but one where the first bit would say "negative".
    static func integer(_ bigEndian: [UInt8]) -> [UInt8] {
        let digits = bigEndian.drop { $0 == 0 }
        guard let first = digits.first else { return element(0x02, [0]) }
        return element(0x02, first & 0x80 == 0 ? Array(digits) : [0] + digits)
    }

    static func element(_ tag: UInt8, _ contents: [UInt8]) -> [UInt8] {
        [tag] + length(contents.count) + contents
    }

    private static func length(_ count: Int) -> [UInt8] {
        guard count >= 0x80 else { return [UInt8(count)] }
        var digits: [UInt8] = []
        var rest = count
        while rest > 0 {
            digits.insert(UInt8(rest & 0xFF), at: 0)
            rest >>= 8
        }
        return [0x80 | UInt8(digits.count)] + digits
    }
}

/// The two forms of an ES256 signature: 64 bytes in JOSE (RFC 7518, 3.4), a sequence of two numbers in OpenSSL.
enum ECDSASignature {
    static func der(_ jose: Span<UInt8>) -> [UInt8]? {
        guard jose.count == 64 else { return nil }
        var bytes: [UInt8] = []
        for index in 0..<64 { bytes.append(jose[index]) }
        return DER.sequence(DER.integer(Array(bytes[..<32])) + DER.integer(Array(bytes[32...])))
    }

    /// Reads what OpenSSL has just written.
    static func jose(_ der: [UInt8]) -> [UInt8]? {
        guard der.count >= 8, der[0] == 0x30, Int(der[1]) == der.count - 2 else { return nil }
        var signature: [UInt8] = []
        var index = 2
        for _ in 0..<2 {
            guard index + 2 <= der.count, der[index] == 0x02 else { return nil }
            let end = index + 2 + Int(der[index + 1])
            guard end <= der.count else { return nil }
            let digits = der[index + 2..<end].drop { $0 == 0 }
            guard digits.count <= 32 else { return nil }
            signature += [UInt8](repeating: 0, count: 32 - digits.count) + digits
            index = end
        }
        return index == der.count ? signature : nil
    }
}
