import GatewayModel
import JSONCoding
import OAuthRules
import Telemetry

/// What is sealed of a connection.
struct ConnectionTokens: Sendable {
    /// Shown to the upstream.
    var access: Secret<String>
    /// Shown to its authorization server for new ones.
    var refresh: Secret<String>?
    /// When it was given, in seconds since 1970.
    var givenAt: Int64
    /// When it ends; nothing when nobody knows.
    var expiresAt: Int64?
    /// What was granted.
    var scopes: [String]
    /// Where it is from.
    let place: TokenPlace
    /// The origin of the upstream that it was made for: another one under the same name must not see it.
    let upstreamOrigin: String

    init(_ received: ReceivedTokens, asked: [String], place: TokenPlace, upstreamOrigin: String, now: Int64) {
        access = received.access
        refresh = received.refresh
        givenAt = now
        expiresAt = received.expiresAt
        scopes = received.scopes ?? asked
        self.place = place
        self.upstreamOrigin = upstreamOrigin
    }

    /// Takes over what a renewal brought; what it does not say stays as it was (RFC 6749 section 6).
    mutating func renew(with received: ReceivedTokens, now: Int64) {
        access = received.access
        refresh = received.refresh ?? refresh
        givenAt = now
        expiresAt = received.expiresAt
        scopes = received.scopes ?? scopes
    }

    /// How long before its end it is renewed: a minute, and less for a token that lives only a few.
    func renewalTime() -> Int64? {
        guard let expiresAt else { return nil }
        return expiresAt - min(60, max(0, expiresAt - givenAt) / 4)
    }

    /// Whether it is worth showing.
    func isValid(at now: Int64) -> Bool { expiresAt.map { $0 > now } ?? true }

    var json: JSONObject {
        var object: JSONObject = [
            "access": .string(access.exposed), "given": .number(JSONNumber(givenAt)),
            "scopes": .array(scopes.map { .string($0) }), "place": .object(place.json), "at": .string(upstreamOrigin),
        ]
        if let refresh { object["refresh"] = .string(refresh.exposed) }
        if let expiresAt { object["expires"] = .number(JSONNumber(expiresAt)) }
        return object
    }

    init?(_ json: JSONObject) {
        guard let access = json["access"]?.stringValue, let place = TokenPlace(json["place"]),
            let given = json["given"]?.integer, let origin = json["at"]?.stringValue
        else { return nil }
        self.access = Secret(access)
        refresh = json["refresh"]?.stringValue.map { Secret($0) }
        givenAt = Int64(given)
        expiresAt = json["expires"]?.integer.map(Int64.init)
        scopes = json["scopes"]?.arrayValue?.compactMap(\.stringValue) ?? []
        self.place = place
        upstreamOrigin = origin
    }
}
