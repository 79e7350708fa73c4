package import JSONCoding

/// What a signed token says about its signature.
package struct TokenHeader: Sendable, Hashable {
    /// The algorithm by name; compared with the key's, never used to choose one.
    package let algorithm: String
    /// Which key.
    package let keyID: String?
    /// What sort of token it is, in lower case and without `application/` (RFC 7515, 4.1.9); empty when it does not say.
    package let type: String

    /// Reads a header. `none` is refused (RFC 8725, 3.2), and so is `crit`, because we understand no extension (RFC 7515,
    /// 4.1.11). Keys and addresses of keys in a header are never looked at: anybody can write them (RFC 8725, 3.10).
    package init(_ header: JSONObject) throws(TokenFault) {
        guard header.hasUniqueNames, let algorithm = header["alg"]?.stringValue, !algorithm.isEmpty else {
            throw .malformed
        }
        guard algorithm.lowercased() != "none", header["crit"] == nil, header["b64"] == nil else { throw .malformed }
        self.algorithm = algorithm
        switch header["kid"] {
        case nil: keyID = nil
        case .string(let text)? where text.utf8.count <= 256: keyID = text
        default: throw .malformed
        }
        guard let type = (header["typ"] ?? "").stringValue?.lowercased() else { throw .malformed }
        self.type = type.hasPrefix("application/") ? String(type.dropFirst("application/".count)) : type
    }
}

/// Why a signed text is not taken.
package enum TokenFault: Error, Sendable, Hashable {
    /// It is no signed token, or says something about itself that we do not take.
    case malformed
    /// No key of its issuer checks it.
    case unknownKey
    /// The signature is not its key's.
    case badSignature
    /// It is of another issuer.
    case otherIssuer
    /// It is not for us.
    case otherAudience
    /// Its time is over.
    case expired
    /// Its time has not come.
    case notYet
    /// A claim that it must have is missing or of another type.
    case claimMissing(String)
    /// It could not be looked at now: its issuer's keys cannot be had, or there is too much to do. Nothing is said about it.
    case notLookedAt
}

extension JSONObject {
    /// RFC 7519, 4 and RFC 8725, 2.4: of two members of one name different readers take different ones.
    package var hasUniqueNames: Bool {
        var seen: Set<[UInt8]> = []
        return members.allSatisfy { seen.insert(Array($0.name.utf8)).inserted }
    }
}
