package import JSONCoding

/// What a signed token says, after its signature was checked: each rule is one function, with the clause that wants it.
package struct TokenClaims: Sendable, Hashable {
    /// All of them, unknown ones included.
    package let all: JSONObject

    /// Clocks of two machines differ by this much at most.
    package static let leeway = 60

    /// Takes an object without two members of one name.
    package init(_ claims: JSONObject) throws(TokenFault) {
        guard claims.hasUniqueNames else { throw .malformed }
        all = claims
    }

    /// A claim that is text, and not too long.
    package func text(_ name: String, bytesMax: Int = 2_048) -> String? {
        guard let text = all[name]?.stringValue, !text.isEmpty, text.utf8.count <= bytesMax else { return nil }
        return text
    }

    /// A claim that must be text.
    package func required(_ name: String) throws(TokenFault) -> String {
        guard let text = text(name) else { throw .claimMissing(name) }
        return text
    }

    /// A claim that lists texts, or is one.
    package func list(_ name: String, countMax: Int = 1_000) -> [String] {
        if let text = all[name]?.stringValue { return [text] }
        return (all[name]?.arrayValue ?? []).prefix(countMax).compactMap(\.stringValue)
    }

    /// NumericDate (RFC 7519, 2), fractions cut off.
    package func seconds(_ name: String) throws(TokenFault) -> Int? {
        guard let value = all[name] else { return nil }
        guard case .number(let number) = value, let seconds = number.double, abs(seconds) < 1e12 else {
            throw .claimMissing(name)
        }
        return Int(seconds)
    }

    /// RFC 7519, 4.1.1 and RFC 8725, 3.8: the issuer is the one whose keys checked it, byte for byte.
    package func check(issuer: String) throws(TokenFault) {
        guard let found = all["iss"]?.stringValue, found.utf8.elementsEqual(issuer.utf8) else { throw .otherIssuer }
    }

    /// RFC 7519, 4.1.3 and RFC 8725, 3.9: it names one of these, as text or in a list.
    package func check(audience accepted: some Sequence<String>) throws(TokenFault) {
        let named = list("aud")
        guard accepted.contains(where: { one in named.contains { $0.utf8.elementsEqual(one.utf8) } }) else {
            throw .otherAudience
        }
    }

    /// RFC 7519, 4.1.4, 4.1.5 and 4.1.6: `exp` is required, `nbf` and `iat` are held when they are there. Says from
    /// which second on it is not taken any more.
    ///
    /// `grace` is how long a token is taken behind its end: nothing for our own, whose end our own clock has set.
    @discardableResult
    package func checkTime(now: Int, grace: Int = Self.leeway) throws(TokenFault) -> Int {
        guard let end = try seconds("exp") else { throw .claimMissing("exp") }
        guard now < end + grace else { throw .expired }
        for name in ["nbf", "iat"] {
            if let begin = try seconds(name), begin > now + Self.leeway { throw .notYet }
        }
        return end + grace
    }
}
