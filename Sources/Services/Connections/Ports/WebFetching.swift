import GatewayModel
package import Outbound
package import Reactor

/// The house's fetcher as the one of connections.
package struct WebFetching: RemoteFetching {
    private let fetcher: WebFetcher

    /// When all places are taken, how long until one is asked for again; a renewal must not fail because others renew too.
    private static let pauseNanoseconds: UInt64 = 50_000_000

    /// Fetches by this one.
    package init(_ fetcher: WebFetcher) {
        self.fetcher = fetcher
    }

    /// The answer, whatever its status.
    package func fetch(
        _ request: RemoteRequest, deadline: UInt64, on loop: EventLoop
    ) async throws(RemoteFailure) -> RemoteAnswer {
        while true {
            let now = monotonicNanoseconds()
            let left = deadline > now ? deadline - now : 0
            let asked = FetchRequest(
                request.url, method: request.method, fields: request.fields, body: request.body, purpose: .upstream,
                accepts: request.accepts, time: .nanoseconds(Int64(clamping: left)),
                operatorsHosts: request.isNamedByOperator ? [request.url.host] : [])
            do throws(FetchError) {
                let answer = try await fetcher.fetch(asked)
                return RemoteAnswer(status: answer.status, fields: answer.fields, body: answer.body)
            } catch {
                if case .busy = error, left > Self.pauseNanoseconds, await pause(on: loop) { continue }
                throw RemoteFailure(reason: error.sentence, isRetryable: error.isRetryable)
            }
        }
    }

    private func pause(on loop: EventLoop) async -> Bool {
        do throws(ReactorError) {
            try await loop.sleep(nanoseconds: Self.pauseNanoseconds)
            return true
        } catch {
            return false
        }
    }
}
