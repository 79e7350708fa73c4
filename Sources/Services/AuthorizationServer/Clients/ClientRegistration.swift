import JSONCoding
import OAuthRules
import SQLDatabase
import Telemetry

/// Clients that register themselves (RFC 7591) and manage their registration (RFC 7592).
///
/// Anybody may register: what a client says about itself gives it nothing, a person's consent does. Bounded are the number of all
/// clients and of those that nobody has let in yet.
struct ClientRegistration: Sendable {
    let registry: ClientRegistry

    /// RFC 7591 section 3: the body of a 201, with the only copy of the secret and of the registration token.
    func register(_ body: [UInt8]) async throws(RegistrationProblem) -> [UInt8] {
        let metadata = try read(body).metadata
        let made: MadeClient?
        do throws(ClientProblem) {
            made = try await registry.add(metadata, .registered)
        } catch {
            throw .client(error)
        }
        guard let made else { throw .full }
        return answer(
            made.client, created: made.created, secret: made.secret, registrationToken: made.registrationToken)
    }

    /// RFC 7592 section 2.1: what is registered. The secret is not among it, because only its digest is kept.
    func show(_ id: String, token: String?) async throws(RegistrationProblem) -> [UInt8] {
        let kept = try await owned(id, token: token)
        guard let client = OAuthClient(kept) else { throw .tokenUnknown }
        return answer(client, created: kept.created, secret: nil, registrationToken: token)
    }

    /// RFC 7592 section 2.2: the new metadata replace the old ones, and what is left out is forgotten. A client that begins to use a
    /// secret gets one; one that no longer does has none any more.
    func replace(_ id: String, token: String?, _ body: [UInt8]) async throws(RegistrationProblem) -> [UInt8] {
        var kept = try await owned(id, token: token)
        let (metadata, object) = try read(body)
        guard object["client_id"]?.stringValue == id else {
            throw .metadata(.metadata("client_id must be the client's own."))
        }
        for name in [
            "registration_access_token", "registration_client_uri", "client_secret_expires_at", "client_id_issued_at",
        ]
        where object[name] != nil {
            throw .metadata(.metadata("\(name) must be left out."))
        }
        var secret: String?
        do throws(ClientProblem) {
            if let shown = object["client_secret"]?.stringValue {
                let digest = try ClientDigest.of(shown)
                guard let own = kept.secretDigest, [UInt8].equalInConstantTime(own, digest) else { throw .unknown }
            }
            if !metadata.authMethods.contains(where: \.usesSecret) {
                kept.secretDigest = nil
            } else if kept.secretDigest == nil {
                let fresh = try ClientRegistry.random("pbs_")
                kept.secretDigest = try ClientDigest.of(fresh)
                secret = fresh
            }
        } catch {
            throw .client(error)
        }
        kept.metadata = JSONWriter.bytes(of: .object(metadata.json))
        let record = kept
        guard try await stored({ () async throws(SQLError) in try await registry.store.replace(record) }) else {
            throw .tokenUnknown
        }
        let client = OAuthClient(id: id, origin: kept.origin, metadata: metadata, secretDigest: kept.secretDigest)
        return answer(client, created: kept.created, secret: secret, registrationToken: token)
    }

    /// RFC 7592 section 2.3: the client goes, and every token of it with it.
    func remove(_ id: String, token: String?) async throws(RegistrationProblem) {
        _ = try await owned(id, token: token)
        do throws(ClientProblem) {
            _ = try await registry.remove(id)
        } catch {
            throw .client(error)
        }
    }

    /// The client, if the token is its own. Whoever has no token at all does not learn which clients there are.
    private func owned(_ id: String, token: String?) async throws(RegistrationProblem) -> KeptClient {
        guard let token else { throw .tokenUnknown }
        let digest: [UInt8]
        do throws(ClientProblem) {
            digest = try ClientDigest.of(token)
        } catch {
            throw .client(error)
        }
        let owner = try await stored { () async throws(SQLError) in
            try await registry.store.clientID(ofRegistration: digest)
        }
        guard let owner else { throw .tokenUnknown }
        guard owner == id else { throw .tokenOfAnother }
        let kept = try await stored { () async throws(SQLError) in try await registry.store.client(id) }
        guard let kept else { throw .tokenUnknown }
        return kept
    }

    private func read(_ body: [UInt8]) throws(RegistrationProblem) -> (metadata: ClientMetadata, object: JSONObject) {
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONParser.parse(
                body, limits: JSONLimits(depth: 16, bytes: ClientLimits.documentBytes, values: 4_096))
        } catch {
            throw .notJSON(error.reason)
        }
        guard let object = value.objectValue else { throw .notJSON("") }
        do throws(ClientMetadataError) {
            return (try ClientMetadata(object, from: .registration), object)
        } catch {
            throw .metadata(error)
        }
    }

    /// RFC 7591 section 3.2.1.
    private func answer(
        _ client: OAuthClient, created: Duration, secret: String?, registrationToken: String?
    ) -> [UInt8] {
        var object: JSONObject = [
            "client_id": .string(client.id),
            "client_id_issued_at": .number(JSONNumber(Int(created.components.seconds))),
        ]
        if let secret {
            object["client_secret"] = .string(secret)
            // It ends with the client.
            object["client_secret_expires_at"] = 0
        }
        object["registration_access_token"] = registrationToken.map { .string($0) }
        object["registration_client_uri"] = .string(
            registry.issuer + AuthorizationServerMetadata.Path.register + "/" + client.id)
        object.members += client.metadata.json.members
        return JSONWriter.bytes(of: .object(object))
    }

    private func stored<Value>(_ body: () async throws(SQLError) -> Value) async throws(RegistrationProblem) -> Value {
        do throws(SQLError) {
            return try await body()
        } catch {
            throw .client(.unavailable)
        }
    }
}
