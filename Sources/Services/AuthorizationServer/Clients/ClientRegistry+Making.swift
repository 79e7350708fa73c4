import Cryptography
import JSONCoding
package import OAuthRules
import SQLDatabase
import Storage

/// A client that was made, with what is told once.
package struct MadeClient: Sendable {
    /// The client.
    package let client: OAuthClient
    /// Its secret, where it has one; nobody can read it again.
    package let secret: String?
    /// What manages its registration, where it registered itself.
    package let registrationToken: String?
    /// When, since 1970.
    package let created: Duration
}

extension ClientRegistry {
    /// Clients of one origin, all together.
    static let clientsMax = 100_000
    /// Those that never got a token. There is no limit for each address: all users of ChatGPT share a few (rulings 1.7).
    static let unusedMax = 10_000
    /// Who registered longer ago and never came back makes room when there is none.
    static let patience = Duration.seconds(3_600)

    static func bounds(now: Duration) -> ClientBounds {
        ClientBounds(clientsMax: clientsMax, unusedMax: unusedMax, giveWayBefore: now - patience)
    }

    /// Makes a client for the operator, who tells it its id and secret by hand.
    package func make(_ metadata: ClientMetadata) async throws(ClientProblem) -> MadeClient {
        guard let made = try await add(metadata, .operator) else {
            throw ClientProblem(
                status: 409, error: "too_many_clients",
                sentence: "There are \(Self.clientsMax) clients already; remove some first.")
        }
        return made
    }

    /// The clients that the operator has made or that registered themselves, the newest first.
    package func clients(_ origin: ClientOrigin, limit: Int) async throws(ClientProblem) -> [OAuthClient] {
        try await stored { () async throws(SQLError) in try await store.clients(origin, limit: limit) }
            .compactMap { OAuthClient($0) }
    }

    /// Removes a client with everything that people gave it; `false` when it was not there. Written first, then said.
    package func remove(_ id: String) async throws(ClientProblem) -> Bool {
        let wasThere = try await stored { () async throws(SQLError) in try await store.remove(id) }
        documents.forget(id)
        if wasThere { ended.ended(.client(id), now: Int(now().components.seconds)) }
        return wasThere
    }

    func add(_ metadata: ClientMetadata, _ origin: ClientOrigin) async throws(ClientProblem) -> MadeClient? {
        let secret = metadata.authMethods.contains { $0.usesSecret } ? try Self.random("pbs_") : nil
        let token = origin == .registered ? try Self.random("pbg_") : nil
        let record = KeptClient(
            id: try Self.newID(), origin: origin, metadata: JSONWriter.bytes(of: .object(metadata.json)),
            secretDigest: try secret.map { (text) throws(ClientProblem) in try ClientDigest.of(text) },
            registrationDigest: try token.map { (text) throws(ClientProblem) in try ClientDigest.of(text) },
            created: now())
        let isAdded = try await stored { () async throws(SQLError) in
            try await store.add(record, bounds: Self.bounds(now: record.created))
        }
        guard isAdded else { return nil }
        let client = OAuthClient(id: record.id, origin: origin, metadata: metadata, secretDigest: record.secretDigest)
        return MadeClient(client: client, secret: secret, registrationToken: token, created: record.created)
    }

    static func random(_ prefix: String) throws(ClientProblem) -> String {
        do throws(CryptographyError) {
            let bytes = try SecureRandom.bytes(32)
            return prefix + Base64.url.encode(bytes.span)
        } catch {
            throw .broken
        }
    }

    private static func newID() throws(ClientProblem) -> String {
        do throws(CryptographyError) {
            return "c_" + (try RandomID.digits())
        } catch {
            throw .broken
        }
    }
}
