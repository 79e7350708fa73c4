package import Cryptography
import GatewayModel
import HTTPMessages
import HTTPTransport
package import Reactor

/// Single requests to URLs that others named: clients' documents and keys, providers and authorization servers.
///
/// A URL from outside is a way to make this machine talk to its neighbours, so every hop is judged by the address that it
/// connects to: the name is looked up once, what may not be reached is left out, and the connection goes to what is left
/// (MCP, Security Best Practices, Server-Side Request Forgery; RFC 9700 has no clause of its own for it). No connection is kept.
///
/// A class because all requests share the places.
package final class WebFetcher: Sendable {
    /// Looks up the addresses of a name.
    package typealias LookUp = @Sendable (_ name: String, _ port: UInt16) async throws(ReactorError) -> [SocketAddress]

    private let group: EventLoopGroup
    private let lookUp: LookUp?
    private let resolver: NameResolver
    private let tls: TLSClientContext
    private let rules: OutboundRules
    private let settings: FetchSettings
    private let places: FetchPlaces

    /// Fetches by these rules; `tls` trusts the authorities of `outbound.caFile` too. `lookUp` stands for the resolver where
    /// a test wants names to have other addresses.
    package init(
        group: EventLoopGroup, resolver: NameResolver, tls: TLSClientContext, rules: OutboundRules,
        settings: FetchSettings = FetchSettings(), lookUp: LookUp? = nil
    ) {
        self.group = group
        self.resolver = resolver
        self.tls = tls
        self.rules = rules
        self.settings = settings
        self.lookUp = lookUp
        places = FetchPlaces(settings)
    }

    /// The whole answer, from any task; any status is an answer.
    package func fetch(_ request: FetchRequest) async throws(FetchError) -> FetchedAnswer {
        let hop = request.url.host
        try places.take(request.purpose, host: hop)
        defer { places.giveBack(request.purpose, host: hop) }
        // A fetch lives on one loop, as its connection does; who asks may live on another or on none.
        let loop = group.loops[Int(truncatingIfNeeded: monotonicNanoseconds() >> 10) % group.loops.count]
        let task = loop.runTask { [self] in await result(of: request, on: loop) }
        return try await withTaskCancellationHandler {
            await task.value
        } onCancel: {
            task.cancel()
        }.get()
    }

    /// The fetch against its time, which a look-up would not keep by itself.
    private func result(of request: FetchRequest, on loop: EventLoop) async -> Result<FetchedAnswer, FetchError> {
        let nanoseconds = request.time.inNanoseconds
        let deadline = monotonicNanoseconds() &+ nanoseconds
        return await withTaskGroup(of: Result<FetchedAnswer, FetchError>?.self) { tasks in
            tasks.addTask {
                do throws(FetchError) {
                    return .success(try await self.follow(request, deadline: deadline, on: loop))
                } catch {
                    return .failure(error)
                }
            }
            tasks.addTask {
                // Cancelled when the other one is done; then its answer was the first.
                try? await loop.sleep(nanoseconds: nanoseconds)
                return nil
            }
            let first = await tasks.next() ?? nil
            tasks.cancelAll()
            if let first { return first }
            if Task.isCancelled { return .failure(.cancelled) }
            // A connection notices the time by itself, and knows whether anything was sent.
            let late = await tasks.next() ?? nil
            if case .failure(.timedOut) = late, let late { return late }
            return .failure(
                .timedOut(
                    host: request.url.host.description, seconds: Int(request.time.components.seconds), isSent: true))
        }
    }

    private func follow(
        _ request: FetchRequest, deadline: UInt64, on loop: EventLoop
    ) async throws(FetchError) -> FetchedAnswer {
        var request = request
        var redirectsLeft = request.redirectsMax
        while true {
            let answer = try await hop(request, deadline: deadline, on: loop)
            guard request.redirectsMax > 0, request.method == .get, [301, 302, 303, 307, 308].contains(answer.status),
                let location = answer.fields.first(.location)
            else {
                try check(answer, of: request)
                return answer
            }
            let host = request.url.host.description
            guard redirectsLeft > 0 else { throw .tooManyRedirects(host: host, limit: request.redirectsMax) }
            redirectsLeft -= 1
            guard let url = RedirectTarget.url(location, from: request.url) else {
                throw .badRedirect(host: host, to: String(location.prefix(200)))
            }
            // What was meant for one origin, a credential for example, is not for the next.
            if url.origin != request.url.origin { request.fields = HTTPFields() }
            request.url = url
        }
    }

    private func hop(
        _ request: FetchRequest, deadline: UInt64, on loop: EventLoop
    ) async throws(FetchError) -> FetchedAnswer {
        let url = request.url
        let addresses = try await addresses(for: request)
        var clientSettings = HTTPClientSettings()
        clientSettings.connectTime = settings.connectTime
        // Whatever is longer comes as a stream, and is not read.
        clientSettings.gatherBytesMax = request.bytesMax
        clientSettings.connectionsMax = 1
        let origin = HTTPOrigin(
            HTTPOriginAddress(
                host: url.host.nameOrLiteral, port: url.port, usesTLS: url.scheme == .https, addresses: addresses),
            group: group, resolver: resolver, tls: url.scheme == .https ? tls : nil, settings: clientSettings)
        defer { origin.closeIdle() }
        let response: HTTPClientResponse
        do throws(HTTPClientError) {
            response = try await origin.pool(on: loop).send(request.message(settings), deadline: deadline)
        } catch {
            throw FetchError(error, host: url.host.description, time: request.time)
        }
        switch response.body {
        case .complete(let bytes):
            // What came with the head in one piece is here, however long it is.
            guard bytes.count <= request.bytesMax else {
                throw .tooLong(host: url.host.description, limit: request.bytesMax)
            }
            return FetchedAnswer(status: response.head.status, fields: response.head.fields, body: bytes, url: url)
        case .stream(let stream):
            stream.cancel()
            throw .tooLong(host: url.host.description, limit: request.bytesMax)
        }
    }

    private func lookUp(_ name: String, port: UInt16) async throws(ReactorError) -> [SocketAddress] {
        if let lookUp { return try await lookUp(name, port) }
        return try await resolver.addresses(of: name, port: port)
    }

    /// The addresses of the request's host that may be reached, and only they will be connected to.
    private func addresses(for request: FetchRequest) async throws(FetchError) -> [SocketAddress] {
        let url = request.url
        let host = url.host.description
        let found: [SocketAddress]
        do throws(ReactorError) {
            found = try await lookUp(url.host.nameOrLiteral, port: url.port)
        } catch {
            if error == .cancelled { throw .cancelled }
            throw .resolution(host: host, detail: error.reason)
        }
        let admitted = found.filter { address in
            guard let ip = IPAddress(of: address) else { return false }
            return request.operatorsHosts.contains(url.host) || rules.admits(ip, by: url.scheme)
        }
        if !admitted.isEmpty { return admitted }
        guard let refused = found.lazy.compactMap({ IPAddress(of: $0) }).first else {
            throw .resolution(host: host, detail: "no usable address")
        }
        let isPublic = !SpecialUseAddresses.contains(refused)
        throw isPublic ? .insecure(host: host) : .refusedAddress(host: host, refused)
    }

    private func check(_ answer: FetchedAnswer, of request: FetchRequest) throws(FetchError) {
        let host = answer.url.host.description
        if let coding = answer.fields.first(.contentEncoding), coding != "identity" {
            throw .encoded(host: host, coding: String(coding.prefix(40)))
        }
        guard answer.isSuccess, request.accepts == .json, answer.status != 204 else { return }
        let found = answer.fields.first(.contentType) ?? ""
        guard answer.fields.count(.contentType) == 1, MediaType.isAnyJSON(Array(found.utf8).span) else {
            throw .mediaType(host: host, found: String(found.prefix(80)))
        }
    }
}

extension IPAddress {
    /// The address of a socket; nothing for a path.
    fileprivate init?(of address: SocketAddress) {
        guard address.family != .unix, let read = try? IPAddress(address.host) else { return nil }
        self = read
    }
}

extension HTTPHost {
    /// Without the brackets of a URL.
    fileprivate var nameOrLiteral: String {
        switch self {
        case .name(let name): name
        case .address(let address): address.description
        }
    }
}
