import Cryptography
import Telemetry
import Testing

@Suite("Signatures")
struct SignatureTests {
    private static func bytes(_ text: String) -> [UInt8] { Base64.url.decode(text) ?? [] }

    private static let claims =
        "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"

    struct Vector: Sendable, CustomTestStringConvertible {
        let name: String
        let key: PublicKeyMaterial
        let input: String
        let signature: String

        var testDescription: String { name }
    }

    static let vectors = [
        Vector(
            name: "RFC 7515, A.3",
            key: .p256(
                x: bytes("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"),
                y: bytes("x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0")),
            input: "eyJhbGciOiJFUzI1NiJ9.\(claims)",
            signature: "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"),
        Vector(
            name: "RFC 7515, A.2",
            key: .rsa(
                modulus: bytes(
                    "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SF"
                        + "d2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo"
                        + "7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkM"
                        + "Ls91kzk2PAcDTW9gb54h4FRWyuXpoQ"),
                exponent: bytes("AQAB")),
            input: "eyJhbGciOiJSUzI1NiJ9.\(claims)",
            signature:
                "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CU"
                + "Ar7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_d"
                + "O--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0ig"
                + "cN_IoypGlUPQGe77Rw"),
        Vector(
            name: "RFC 8037, A.4", key: .ed25519(bytes("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo")),
            input: "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc",
            signature: "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"),
    ]

    @Test("of the standards are taken, and no changed bit of them", arguments: vectors)
    func knownAnswers(vector: Vector) throws {
        let key = try VerifyingKey(vector.key)
        let input = Array(vector.input.utf8)
        let signature = Self.bytes(vector.signature)
        #expect(key.takes(signature, input))
        for place in stride(from: 0, to: signature.count, by: 7) {
            var changed = signature
            changed[place] ^= 1
            #expect(!key.takes(changed, input))
        }
        var other = input
        other[3] ^= 1
        #expect(!key.takes(signature, other))
        #expect(!key.takes(signature.dropLast(), input))
        #expect(!key.takes([], input))
    }

    @Test("of our own are taken by the public half, after the key was kept and read again")
    func roundTrip() throws {
        let key = try SigningKey.generate()
        let again = try SigningKey(key.exported)
        #expect(again.publicKey == key.publicKey)
        let verifying = try VerifyingKey(key.publicKey)
        let message = Array("what is signed".utf8)
        // Numbers that begin with zeros are shorter in DER; a hundred signatures have some.
        for _ in 0..<100 {
            let signature = try again.signature(of: message.span)
            #expect(signature.count == 64)
            #expect(verifying.takes(signature, message))
        }
        #expect(try SigningKey.generate().publicKey != key.publicKey)
    }

    @Test("of numbers that no signature has are refused (CVE-2022-21449 and its kin)")
    func strangeNumbers() throws {
        let key = try VerifyingKey(try SigningKey.generate().publicKey)
        // The order of P-256: numbers of a signature are above zero and below it (FIPS 186-5, 6.4.2).
        let order: [UInt8] = [
            0xFF, 0xFF, 0xFF, 0xFF, 0x00, 0x00, 0x00, 0x00, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xBC, 0xE6,
            0xFA, 0xAD, 0xA7, 0x17, 0x9E, 0x84, 0xF3, 0xB9, 0xCA, 0xC2, 0xFC, 0x63, 0x25, 0x51,
        ]
        let zero = [UInt8](repeating: 0, count: 32)
        let one = Array(zero.dropLast()) + [1]
        let most = [UInt8](repeating: 0xFF, count: 32)
        let pairs = [(zero, zero), (zero, one), (one, zero), (one, one), (order, order), (order, one), (most, most)]
        for (r, s) in pairs {
            #expect(!key.takes(r + s, Array("message".utf8)))
        }
    }

    @Test("need a key: no point off the curve, no short modulus, no strange exponent, no wrong length")
    func badKeys() throws {
        let bad: [PublicKeyMaterial] = [
            .p256(x: [UInt8](repeating: 1, count: 32), y: [UInt8](repeating: 1, count: 32)),
            .p256(x: [1], y: [2]),
            .rsa(modulus: [UInt8](repeating: 0xFF, count: 128), exponent: [1, 0, 1]),
            .rsa(modulus: [UInt8](repeating: 0xFF, count: 1_025), exponent: [1, 0, 1]),
            .rsa(modulus: [UInt8](repeating: 0xFF, count: 256), exponent: [1]),
            .rsa(modulus: [UInt8](repeating: 0xFF, count: 256), exponent: [4]),
            .rsa(modulus: [UInt8](repeating: 0xFE, count: 256), exponent: [1, 0, 1]),
            .rsa(modulus: [UInt8](repeating: 0xFF, count: 256), exponent: [1, 0, 0, 0, 1]),
            .rsa(modulus: [], exponent: []),
            .ed25519([1, 2, 3]),
        ]
        for material in bad {
            #expect(throws: CryptographyError.keyInvalid) { _ = try VerifyingKey(material) }
        }
        #expect(throws: CryptographyError.keyInvalid) { _ = try SigningKey(Secret([1, 2, 3])) }
    }
}

@Suite("Password hashes")
struct PasswordHashTests {
    @Test("are those of libargon2's own tests")
    func knownAnswer() {
        let text = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
        #expect(PasswordHash.matches(Secret("password"), text))
        #expect(!PasswordHash.matches(Secret("passwore"), text))
        #expect(PasswordHash.isDated(text))
    }

    @Test("differ each time, and know their password alone")
    func ownHashes() throws {
        let password = Secret("correct horse battery staple")
        let (one, two) = (try PasswordHash.make(password), try PasswordHash.make(password))
        #expect(one != two)
        #expect(PasswordHash.matches(password, one))
        #expect(PasswordHash.matches(password, two))
        #expect(!PasswordHash.matches(Secret("correct horse battery stapl"), one))
        #expect(!PasswordHash.isDated(one))
    }

    @Test("are made of passwords of at most so many bytes")
    func limit() throws {
        var cost = PasswordHash.Cost()
        (cost.memory, cost.passes) = (64, 1)
        let longest = String(repeating: "p", count: PasswordHash.passwordBytesMax)
        #expect(PasswordHash.matches(Secret(longest), try PasswordHash.make(Secret(longest), cost: cost)))
        #expect(throws: CryptographyError.passwordTooLong) {
            _ = try PasswordHash.make(Secret(longest + "p"), cost: cost)
        }
    }

    @Test("made at another cost are dated")
    func dated() throws {
        var cost = PasswordHash.Cost()
        cost.memory = 64
        let text = try PasswordHash.make(Secret("password"), cost: cost)
        #expect(PasswordHash.isDated(text))
        #expect(!PasswordHash.isDated(text, cost: cost))
        cost.passes += 1
        #expect(PasswordHash.isDated(text, cost: cost))
    }

    @Test(
        "of another kind are never taken",
        arguments: [
            "", "$argon2i$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$wWKIMhR9lyDFvRz9YTZweHKfbftvj+qf+YFY4NeBbtA", "password",
            "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ", "$argon2id$",
        ])
    func otherKinds(text: String) {
        #expect(!PasswordHash.matches(Secret("password"), text))
    }
}

extension VerifyingKey {
    /// A span cannot stand in an expectation.
    fileprivate func takes(_ signature: [UInt8], _ message: [UInt8]) -> Bool {
        isSignature(signature.span, of: message.span)
    }
}
