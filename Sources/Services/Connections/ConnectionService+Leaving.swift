package import GatewayModel
import JSONCoding
package import Reactor
import SQLDatabase

extension ConnectionService {
    /// Forgets a person's connection, or the shared one; its tokens are given back where the upstream takes them.
    package func disconnect(
        _ name: UpstreamName, user: String, role: UserRole?, on loop: EventLoop
    ) async throws(ConnectionError) {
        let upstream = try connectable(name)
        guard upstream.isPerUser || role == .operator else { throw .operatorOnly(upstream.name) }
        try await end(upstream.name, owner: upstream.owner(user), on: loop)
    }

    /// A person is gone: so are their connections, to upstreams that are not configured any more too.
    package func forget(user: String, on loop: EventLoop) async throws(ConnectionError) {
        guard !user.isEmpty else { return }
        let records = try await stored { () async throws(SQLError) in try await store.connections(of: user) }
        for record in records { try await end(record.upstream, owner: user, on: loop) }
    }

    /// First it is gone here, then it is given back: what cannot be given back must not stay usable for that.
    private func end(_ name: String, owner: String, on loop: EventLoop) async throws(ConnectionError) {
        let record = try await stored { () async throws(SQLError) in
            try await store.removeConnection(upstream: name, owner: owner)
        }
        guard let known = try? UpstreamName(name), let upstream = try? connectable(known) else { return }
        upstream.vault.forget(owner)
        guard let record,
            let json = try? seals.open(record.sealed, for: .connection(upstream: name, owner: owner)),
            let tokens = ConnectionTokens(json)
        else { return }
        _ = await upstream.vault.renewal.requests.revoke(tokens, on: loop)
    }

    /// Seals anew what an older key has sealed; for the start after a key was added. How many there were.
    package func sealAnew() async throws(ConnectionError) -> Int {
        var count = 0
        for record in try await stored({ () async throws(SQLError) in try await store.allConnections() })
        where !seals.isCurrent(record.sealed) {
            let purpose = ConnectionSeals.Purpose.connection(upstream: record.upstream, owner: record.owner)
            guard let json = opened(record.sealed, purpose) else { continue }
            var next = record
            next.sealed = try seals.seal(json, for: purpose)
            next.version += 1
            let written = next
            let isKept = try await stored { () async throws(SQLError) in
                try await store.replace(written, version: record.version)
            }
            if isKept { count += 1 }
        }
        for record in try await stored({ () async throws(SQLError) in try await store.allRegistrations() })
        where !seals.isCurrent(record.sealed) {
            let purpose = ConnectionSeals.Purpose.registration(
                issuer: record.issuer, redirectURI: record.redirectURI)
            guard let json = opened(record.sealed, purpose) else { continue }
            var next = record
            next.sealed = try seals.seal(json, for: purpose)
            let written = next
            try await stored { () async throws(SQLError) in try await store.keep(written) }
            count += 1
        }
        return count
    }

    /// One that does not open stays as it is: whoever finds the key again has it again.
    private func opened(_ sealed: [UInt8], _ purpose: ConnectionSeals.Purpose) -> JSONObject? {
        do throws(ConnectionError) {
            return try seals.open(sealed, for: purpose)
        } catch {
            note(error)
            return nil
        }
    }
}
