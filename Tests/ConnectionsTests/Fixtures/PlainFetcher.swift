import GatewayModel
import HTTPMessages
import HTTPTransport
import Reactor

@testable import Connections

/// Fetches from this machine only, over real sockets, and remembers for which hosts it was told that the operator named them.
struct PlainFetcher: RemoteFetching {
    let group: EventLoopGroup
    let resolver: NameResolver

    func fetch(
        _ request: RemoteRequest, deadline: UInt64, on loop: EventLoop
    ) async throws(RemoteFailure) -> RemoteAnswer {
        guard request.isNamedByOperator else {
            throw RemoteFailure(reason: "a private address", isRetryable: false)
        }
        let origin = HTTPOrigin(
            HTTPOriginAddress(host: request.url.host.description, port: request.url.port, usesTLS: false),
            group: group, resolver: resolver, tls: nil)
        do throws(HTTPClientError) {
            let response = try await origin.pool(on: loop).send(
                HTTPClientRequest(
                    method: request.method, target: Array(request.url.target.utf8), fields: request.fields,
                    body: request.body), deadline: deadline)
            var body: [UInt8] = []
            switch response.body {
            case .complete(let bytes): body = bytes
            case .stream(let stream): while let piece = try await stream.next() { body += piece }
            }
            origin.closeIdle()
            return RemoteAnswer(status: response.head.status, fields: response.head.fields, body: body)
        } catch {
            throw RemoteFailure(reason: error.reason, isRetryable: true)
        }
    }
}
