import Cryptography
package import GatewayModel
package import OAuthRules
package import Reactor
import Synchronization

/// Says who comes with a token: what the call path asks with every call.
///
/// A token is looked at once, on the lane and in the store; from then on it is known by its bytes, for as long as its time holds and
/// nothing that it depends on has ended. So a check costs the same however many tokens there are.
///
/// A class, because all loops share it.
package final class TokenGate: Sendable {
    private let tokens: AccessTokens
    private let externals: ExternalIssuers
    private let people: any TokenPeople
    private let ended: EndedAccess
    private let addresses: @Sendable () -> ServerAddresses
    private let seconds: @Sendable () -> Int
    private let memories: [Share]

    /// Every token is looked at again after this time: nobody tells us of what changes at another issuer, and the wall clock may
    /// have been set meanwhile.
    private static let lookAgainSeconds = 600
    /// What an API key begins with.
    private static let keyPrefix = Array("pbk_".utf8)

    /// What one loop remembers. Only its loop asks, so nobody waits for the lock.
    private final class Share: Sendable {
        let memory = Mutex(TokenMemory())
    }

    /// A gate for so many loops; `addresses` are those of the configuration that holds now.
    package init(
        tokens: AccessTokens, externals: ExternalIssuers, people: any TokenPeople, ended: EndedAccess, loops: Int,
        addresses: @escaping @Sendable () -> ServerAddresses, seconds: @escaping @Sendable () -> Int
    ) {
        self.tokens = tokens
        self.externals = externals
        self.people = people
        self.ended = ended
        self.addresses = addresses
        self.seconds = seconds
        memories = (0..<max(loops, 1)).map { _ in Share() }
    }

    /// Judged without waiting; `.unknown` for a token that this loop has not seen, or that something may have ended.
    package func judge(
        _ token: Span<UInt8>, for server: ServerSlug, on loop: EventLoop, now: UInt64
    ) -> Admission {
        guard let place = TokenMemory.place(of: token, for: server) else { return .refused(.unknown) }
        let index = loop.index
        guard let (entry, looked) = memories[index].memory.withLock({ memory in memory.entry(place, token) }),
            entry.server == server, entry.end > now
        else { return .unknown }
        let newest = ended.newest
        guard looked != newest else { return .principal(entry.principal) }
        guard !ended.hasEnded(entry.things, madeAt: entry.madeAt) else {
            memories[index].memory.withLock { $0.forget(place) }
            return .refused(.revoked)
        }
        guard !ended.hasChanged(user: entry.principal.user, since: entry.readAt) else { return .unknown }
        memories[index].memory.withLock { $0.note(place, newest: newest) }
        return .principal(entry.principal)
    }

    /// Looks at a token that `judge` did not know. Never `.unknown`.
    package func examine(
        _ token: [UInt8], for server: VirtualServerDefinition, on loop: EventLoop
    ) async -> Admission {
        // Read before the person is: news that come in between are news.
        let readAt = ended.newest
        let found: Found
        do throws(Refusal) {
            if token.starts(with: Self.keyPrefix), server.auth != .external {
                found = try await apiKey(token, server)
            } else if server.auth == .external {
                found = try await foreign(token, server)
            } else {
                found = try await own(token, server)
            }
        } catch {
            return .refused(error.problem)
        }
        guard !ended.hasEnded(found.things, madeAt: found.madeAt) else { return .refused(.revoked) }
        let now = monotonicNanoseconds()
        let left = UInt64(min(max(found.end - seconds(), 0), Self.lookAgainSeconds)) &* 1_000_000_000
        if let place = TokenMemory.place(of: token.span, for: server.slug) {
            let entry = TokenMemory.Entry(
                token: token, server: server.slug, principal: found.principal, end: now &+ left, things: found.things,
                madeAt: found.madeAt, readAt: readAt)
            memories[loop.index].memory.withLock { $0.remember(place, entry, now: now) }
        }
        return .principal(found.principal)
    }

    private struct Found {
        let principal: Principal
        let things: [EndedAccess.Thing]
        let madeAt: Int
        let end: Int
    }

    private struct Refusal: Error {
        let problem: TokenProblem
    }

    private func own(_ token: [UInt8], _ server: VirtualServerDefinition) async throws(Refusal) -> Found {
        let contents: AccessTokenContents
        do throws(TokenFault) {
            contents = try await tokens.believed(String(decoding: token, as: UTF8.self))
        } catch {
            throw Refusal(problem: error.problem)
        }
        // RFC 8707 and rulings 1.1: a token is for one virtual server, however its addresses are spelled.
        let accepted = addresses().audiences(of: server.slug)
        guard contents.audiences.contains(where: { accepted.contains($0) }) else {
            throw Refusal(problem: .otherAudience)
        }
        let person = try await person(contents.user)
        return Found(
            principal: Principal(
                user: contents.user, client: contents.client, server: server.slug, scopes: contents.scopes,
                groups: person.groups, role: person.role),
            things: contents.things, madeAt: Int(contents.issued.components.seconds),
            end: Int(contents.expires.components.seconds))
    }

    private func apiKey(_ token: [UInt8], _ server: VirtualServerDefinition) async throws(Refusal) -> Found {
        let now = seconds()
        let key: TokenKey?
        do {
            key = try await people.apiKey(try DigestAlgorithm.sha256.digest(of: token.span))
        } catch {
            throw Refusal(problem: .unavailable)
        }
        guard let key else { throw Refusal(problem: .unknown) }
        guard key.server == server.slug else { throw Refusal(problem: .otherAudience) }
        if let expires = key.expires, expires <= now { throw Refusal(problem: .expired) }
        let person = try await person(key.user)
        return Found(
            principal: Principal(
                user: key.user, client: "key:\(key.id)", server: server.slug, scopes: key.scopes,
                groups: person.groups, role: person.role),
            things: [.key(key.id), .user(key.user)], madeAt: now, end: key.expires ?? .max)
    }

    private func foreign(_ token: [UInt8], _ server: VirtualServerDefinition) async throws(Refusal) -> Found {
        guard let issuer = server.externalIssuer else { throw Refusal(problem: .unknown) }
        let accepted = issuer.audience.map { [$0] } ?? addresses().audiences(of: server.slug)
        do throws(TokenFault) {
            let claims = try await externals.claims(
                of: String(decoding: token, as: UTF8.self), issuer: issuer, audiences: accepted)
            let person = try ForeignPerson(claims, of: issuer)
            return Found(
                principal: Principal(
                    user: person.user, client: person.client, server: server.slug, scopes: person.scopes,
                    groups: person.groups, role: nil),
                things: [], madeAt: .max, end: try claims.checkTime(now: seconds()))
        } catch {
            throw Refusal(problem: error.problem)
        }
    }

    private func person(_ id: String) async throws(Refusal) -> TokenPerson {
        let person: TokenPerson?
        do throws(AccessTokenProblem) {
            person = try await people.person(id)
        } catch {
            throw Refusal(problem: .unavailable)
        }
        guard let person else { throw Refusal(problem: .revoked) }
        return person
    }
}

extension TokenFault {
    /// What the caller is told; which key or claim it was stays here.
    var problem: TokenProblem {
        switch self {
        case .malformed, .unknownKey, .badSignature, .otherIssuer, .notYet, .claimMissing: .unknown
        case .otherAudience: .otherAudience
        case .expired: .expired
        case .notLookedAt: .unavailable
        }
    }
}
