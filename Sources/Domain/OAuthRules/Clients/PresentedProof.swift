/// How a request to the token endpoint, or to one beside it, says which client it is from, and proves it (RFC 6749 section 2.3,
/// RFC 7523 section 2.2).
package enum PresentedProof: Sendable, Hashable {
    /// Nothing but the id.
    case none(client: String)
    /// The id and a secret.
    case secret(client: String, secret: String, method: ClientAuthMethod)
    /// A signed assertion; the id, where it stands beside it.
    case assertion(client: String?, text: String)

    /// The only type of assertion that there is for clients (RFC 7523 section 2.2).
    package static let assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    /// A client id is a URL at most.
    package static let clientBytesMax = ClientLimits.urlBytes

    /// What the `Authorization` field holds, once its base64 is undone.
    package enum Field: Sendable, Hashable {
        /// There is none.
        case absent
        /// `Basic`, decoded.
        case basic([UInt8])
        /// Another scheme, several fields, or no base64.
        case unreadable
    }

    /// Reads the field and the members of the form together. The client may stand in the field alone (ChatGPT and others leave
    /// `client_id` out of the form then); what stands in both must agree, and nobody may prove themselves in two ways
    /// (RFC 6749 section 2.3).
    package init(
        field: Field, client: String?, secret: String?, assertionType type: String?, assertion: String?
    ) throws(OAuthError) {
        var ways = 0
        for isThere in [field != .absent, secret != nil, assertion != nil || type != nil] where isThere { ways += 1 }
        guard ways <= 1 else {
            throw OAuthError(
                .invalidRequest, "The client proves itself in more than one way; use the one that it registered.")
        }
        if let client, client.utf8.count > Self.clientBytesMax { throw Self.unknown }
        switch field {
        case .unreadable:
            throw OAuthError(
                .invalidClient,
                "The Authorization field is not Basic with a client id and a secret; send it so, or none.")
        case .basic(let bytes):
            self = try Self.basic(bytes, client)
            return
        case .absent: break
        }
        if assertion != nil || type != nil {
            guard type == Self.assertionType, let assertion else {
                throw OAuthError(
                    .invalidClient,
                    "client_assertion needs client_assertion_type \(Self.assertionType), and the other way round.")
            }
            self = .assertion(client: client, text: assertion)
            return
        }
        guard let client else { throw OAuthError(.invalidClient, "client_id is missing; send it.") }
        self = secret.map { .secret(client: client, secret: $0, method: .post) } ?? .none(client: client)
    }

    /// The refusal that tells nobody which clients there are.
    package static let unknown = OAuthError(
        .invalidClient, "This client is not known here, or its proof is not right; register again.")

    /// RFC 6749 section 2.3.1: both parts are form-encoded before they are joined. Clients that leave that out are read as they
    /// are meant, because our ids and secrets have nothing to encode.
    private static func basic(_ bytes: [UInt8], _ named: String?) throws(OAuthError) -> PresentedProof {
        guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")), let client = decoded(bytes[..<colon]),
            !client.isEmpty,
            let secret = decoded(bytes[(colon + 1)...]), client.utf8.count <= clientBytesMax
        else {
            throw OAuthError(.invalidClient, "The Authorization field has no client id and secret; send both.")
        }
        guard named == nil || named == client else {
            throw OAuthError(
                .invalidRequest, "client_id names another client than the Authorization field; send one of them.")
        }
        return secret.isEmpty ? .none(client: client) : .secret(client: client, secret: secret, method: .basic)
    }

    /// One form-encoded value; the text as it is where a client sent it as it is.
    private static func decoded(_ bytes: ArraySlice<UInt8>) -> String? {
        var result: [UInt8] = []
        var rest = bytes
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "+"): result.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                guard let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16), rest.count >= 2
                else {
                    return String(validating: bytes, as: UTF8.self)
                }
                result.append(value)
                rest = rest.dropFirst(2)
            default: result.append(byte)
            }
        }
        return String(validating: result, as: UTF8.self)
    }
}
