package import JSONCoding

/// A key of a JWK set (RFC 7517) as its text says it; whoever has a reader for base64url and numbers makes a key of it.
package struct PublishedKey: Sendable, Hashable {
    /// The numbers, in base64url as they stand there.
    package enum Numbers: Sendable, Hashable {
        /// `EC`, `P-256`.
        case p256(x: String, y: String)
        /// `RSA`.
        case rsa(modulus: String, exponent: String)
        /// `OKP`, `Ed25519`.
        case ed25519(String)
    }

    /// Its name in its set.
    package let id: String?
    /// What it is made of.
    package let numbers: Numbers

    /// A key of these.
    package init(id: String?, numbers: Numbers) {
        self.id = id
        self.numbers = numbers
    }

    /// The one algorithm that such a key checks.
    package var algorithm: String {
        switch numbers {
        case .p256: "ES256"
        case .rsa: "RS256"
        case .ed25519: "EdDSA"
        }
    }

    /// Sets of providers have fewer than ten.
    package static let keysMax = 32

    /// The keys of a set that check signatures in ways that we know; others are skipped, as RFC 7517, 5 says.
    package static func keys(of set: JSONObject) -> [PublishedKey] {
        (set["keys"]?.arrayValue ?? []).prefix(keysMax).compactMap { $0.objectValue.flatMap { PublishedKey($0) } }
    }

    /// Reads one key; nothing for a private or symmetric one, for another use, or for a way of signing that is not ours.
    package init?(_ key: JSONObject) {
        // A set with private parts in it has told its secret to everybody (RFC 7517, 9.2).
        guard key.hasUniqueNames, key["d"] == nil, key["k"] == nil else { return nil }
        if let use = key["use"], use != .string("sig") { return nil }
        if let operations = key["key_ops"] {
            guard operations.arrayValue?.contains(.string("verify")) == true else { return nil }
        }
        let numbers: Numbers
        switch (key["kty"]?.stringValue, key["crv"]?.stringValue) {
        case ("EC"?, "P-256"?):
            guard let x = key["x"]?.stringValue, let y = key["y"]?.stringValue else { return nil }
            numbers = .p256(x: x, y: y)
        case ("RSA"?, _):
            guard let modulus = key["n"]?.stringValue, let exponent = key["e"]?.stringValue else { return nil }
            numbers = .rsa(modulus: modulus, exponent: exponent)
        case ("OKP"?, "Ed25519"?):
            guard let x = key["x"]?.stringValue else { return nil }
            numbers = .ed25519(x)
        default: return nil
        }
        guard key["kid"].map({ $0.stringValue != nil }) ?? true else { return nil }
        self.init(id: key["kid"]?.stringValue, numbers: numbers)
        // RFC 7517, 4.4: a key that says what it is for is for nothing else.
        if let algorithm = key["alg"] {
            guard algorithm.stringValue.map(algorithmNames.contains) == true else { return nil }
        }
    }

    /// The names of its algorithm in a set; Ed25519 has two (RFC 9864).
    private var algorithmNames: [String] {
        if case .ed25519 = numbers { [algorithm, "Ed25519"] } else { [algorithm] }
    }

    /// The key as a member of a set.
    package var json: JSONObject {
        var key: JSONObject = ["use": "sig", "alg": .string(algorithm)]
        if let id { key["kid"] = .string(id) }
        switch numbers {
        case .p256(let x, let y):
            key["kty"] = "EC"
            key["crv"] = "P-256"
            key["x"] = .string(x)
            key["y"] = .string(y)
        case .rsa(let modulus, let exponent):
            key["kty"] = "RSA"
            key["n"] = .string(modulus)
            key["e"] = .string(exponent)
        case .ed25519(let x):
            key["kty"] = "OKP"
            key["crv"] = "Ed25519"
            key["x"] = .string(x)
        }
        return key
    }

    /// The keys of a set that may have made a signature: that of the id, or all of the algorithm where the header names none.
    package static func candidates(in keys: [PublishedKey], for header: TokenHeader) -> [PublishedKey] {
        let fitting = keys.filter { $0.algorithm == header.algorithm }
        guard let id = header.keyID else { return Array(fitting.prefix(candidatesMax)) }
        return fitting.filter { $0.id == id || $0.id == nil }.prefix(candidatesMax).map { $0 }
    }

    /// A token without a key's id is tried with so many keys; each costs up to 150 microseconds.
    package static let candidatesMax = 8
}
