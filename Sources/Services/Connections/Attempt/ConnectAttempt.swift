import Cryptography
import JSONCoding
import Telemetry

/// What must be known when the browser comes back; made right before it is sent away, used once.
struct ConnectAttempt: Sendable {
    /// How long a person may take (protocol facts 5.8).
    static let seconds: Int64 = 600

    let upstream: String
    let owner: String
    let user: String
    let session: [UInt8]
    let verifier: Secret<String>
    let place: TokenPlace
    /// Whether the answer has to say whom it is from.
    let mustNameIssuer: Bool
    let scopes: [String]
    let returnTo: String
    let upstreamOrigin: String

    var json: JSONObject {
        [
            "upstream": .string(upstream), "owner": .string(owner),
            "session": .string(Base64.url.encode(session.span)), "verifier": .string(verifier.exposed),
            "place": .object(place.json), "iss": .bool(mustNameIssuer),
            "scopes": .array(scopes.map { .string($0) }), "return": .string(returnTo), "at": .string(upstreamOrigin),
        ]
    }

    init(
        upstream: String, owner: String, start: ConnectStart, verifier: Secret<String>, place: TokenPlace,
        mustNameIssuer: Bool, scopes: [String], upstreamOrigin: String
    ) {
        self.upstream = upstream
        self.owner = owner
        user = start.user
        session = start.session
        self.verifier = verifier
        self.place = place
        self.mustNameIssuer = mustNameIssuer
        self.scopes = scopes
        returnTo = start.returnTo
        self.upstreamOrigin = upstreamOrigin
    }

    init?(_ json: JSONObject, user: String) {
        guard let upstream = json["upstream"]?.stringValue, let owner = json["owner"]?.stringValue,
            let session = json["session"]?.stringValue.flatMap({ Base64.url.decode($0) }),
            let verifier = json["verifier"]?.stringValue, let place = TokenPlace(json["place"]),
            let mustNameIssuer = json["iss"]?.boolValue, let returnTo = json["return"]?.stringValue,
            let origin = json["at"]?.stringValue
        else { return nil }
        self.upstream = upstream
        self.owner = owner
        self.user = user
        self.session = session
        self.verifier = Secret(verifier)
        self.place = place
        self.mustNameIssuer = mustNameIssuer
        scopes = json["scopes"]?.arrayValue?.compactMap(\.stringValue) ?? []
        self.returnTo = returnTo
        upstreamOrigin = origin
    }
}

/// Random texts that nobody can guess.
enum RandomText {
    /// 32 bytes, as 43 characters that may stand anywhere.
    static func make() throws(ConnectionError) -> String {
        do throws(CryptographyError) {
            let bytes = try SecureRandom.bytes(32)
            return Base64.url.encode(bytes.span)
        } catch {
            throw .sealing(error.sentence)
        }
    }
}
