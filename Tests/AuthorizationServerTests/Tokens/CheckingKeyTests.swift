import JSONCoding
import OAuthRules
import SignedTokens
import Testing

@Suite("A key that checks tokens of others")
struct CheckingKeyTests {
    /// RFC 7515, A.2.
    private static let modulus =
        "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SF"
        + "d2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo"
        + "7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkM"
        + "Ls91kzk2PAcDTW9gb54h4FRWyuXpoQ"
    private static let token =
        "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0"
        + "cnVlfQ.cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJ"
        + "dbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcO"
        + "Ln6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp"
        + "0igcN_IoypGlUPQGe77Rw"

    private let rsa: JSONObject = ["kty": "RSA", "n": .string(modulus), "e": "AQAB"]
    private let ed25519: JSONObject = [
        "kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
    ]
    private let p256: JSONObject = [
        "kty": "EC", "crv": "P-256", "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
        "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
    ]

    private func keys(_ objects: [JSONObject]) -> [CheckingKey] {
        CheckingKey.keys(of: ["keys": .array(objects.map { .object($0) })])
    }

    @Test("is read of each kind, and the token of RFC 7515, A.2 is of its key among them")
    func kinds() throws {
        let found = keys([p256, ed25519, rsa])
        #expect(found.map(\.published.algorithm) == ["ES256", "EdDSA", "RS256"])
        let token = try SignedToken(Self.token)
        try token.check(keys: found)
        #expect(token.claims.text("iss") == "joe")
        #expect(throws: TokenFault.unknownKey) { try token.check(keys: keys([p256, ed25519])) }
        #expect(throws: TokenFault.unknownKey) { try token.check(keys: []) }
    }

    @Test("is skipped when its numbers are no key's, and leaves the others")
    func badNumbers() {
        var offCurve = p256
        offCurve["y"] = p256["x"]
        var padded = ed25519
        padded["x"] = .string("\(ed25519["x"]?.stringValue ?? "")=")
        var short = rsa
        short["n"] = "AQAB"
        var even = rsa
        even["e"] = "AQAA"
        #expect(keys([offCurve, padded, short, even, p256]).map(\.published.algorithm) == ["ES256"])
    }
}
