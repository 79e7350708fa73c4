import SQLDatabase

@testable import Connections

/// A store without a database, for tests that are not about it.
final class MemoryStore: ConnectionStoring {
    let connections = Box<[String: ConnectionRecord]>([:])
    let registrations = Box<[String: RegistrationRecord]>([:])
    let attempts = Box<[[UInt8]: AttemptRecord]>([:])
    /// Operators first.
    let order = Box<[String]>([])

    private func key(_ one: String, _ other: String) -> String { one + "\n" + other }

    func connection(upstream: String, owner: String) async throws(SQLError) -> ConnectionRecord? {
        connections.value[key(upstream, owner)]
    }

    func connections(of owner: String) async throws(SQLError) -> [ConnectionRecord] {
        connections.value.values.filter { $0.owner == owner }
    }

    func allConnections() async throws(SQLError) -> [ConnectionRecord] { Array(connections.value.values) }

    func replace(_ record: ConnectionRecord, version: Int64) async throws(SQLError) -> Bool {
        connections.change { all in
            let place = key(record.upstream, record.owner)
            guard (all[place]?.version ?? 0) == version else { return false }
            all[place] = record
            return true
        }
    }

    func removeConnection(upstream: String, owner: String) async throws(SQLError) -> ConnectionRecord? {
        connections.change { $0.removeValue(forKey: key(upstream, owner)) }
    }

    func usableOwners(of upstream: String) async throws(SQLError) -> [String] {
        let owners = connections.value.values.filter { $0.upstream == upstream && $0.state == .connected }.map(\.owner)
        let order = order.value
        return owners.sorted { (order.firstIndex(of: $0) ?? .max) < (order.firstIndex(of: $1) ?? .max) }
    }

    func registration(issuer: String, redirectURI: String) async throws(SQLError) -> RegistrationRecord? {
        registrations.value[key(issuer, redirectURI)]
    }

    func keep(_ registration: RegistrationRecord) async throws(SQLError) {
        registrations.change { $0[key(registration.issuer, registration.redirectURI)] = registration }
    }

    func removeRegistration(issuer: String, redirectURI: String) async throws(SQLError) {
        registrations.change { $0[key(issuer, redirectURI)] = nil }
    }

    func allRegistrations() async throws(SQLError) -> [RegistrationRecord] { Array(registrations.value.values) }

    func keep(_ attempt: AttemptRecord, now: Int64) async throws(SQLError) {
        attempts.change { $0[attempt.digest] = attempt }
    }

    func takeAttempt(digest: [UInt8], now: Int64) async throws(SQLError) -> AttemptRecord? {
        attempts.change { attempts in
            guard let found = attempts.removeValue(forKey: digest), found.expiresAt > now else { return nil }
            return found
        }
    }
}
