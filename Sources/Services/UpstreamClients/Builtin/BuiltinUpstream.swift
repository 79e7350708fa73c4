import JSONCoding
import MCPWire
package import Reactor

/// An upstream of kind `builtin`: an app in this process, asked in values instead of bytes.
package struct BuiltinUpstream: UpstreamClient {
    private let app: any BuiltinApp

    /// Calls an app.
    package init(app: any BuiltinApp) {
        self.app = app
    }

    /// Asks the app, which always speaks the newest revision.
    package func describe(
        _ lease: LeaseKey, deadline: UInt64, on loop: EventLoop
    ) async throws(UpstreamError) -> UpstreamDescription {
        guard case .result(let result) = await app.answer(method: "server/discover", params: JSONObject()) else {
            throw .garbage("the app does not describe itself")
        }
        return UpstreamDescription(discovered: result, revision: .v2026_07_28)
    }

    /// Asks the app in values.
    package func call(
        _ request: UpstreamRequest, host: any CallHost, on loop: EventLoop
    ) async throws(UpstreamError) -> UpstreamOutcome {
        switch await app.answer(method: request.methodName, params: request.params) {
        case .result(let result): .result(result)
        case .failure(let code, let message, let data):
            .failure(UpstreamFailure(code: code, message: message, data: data))
        }
    }

    /// An app's lists do not change while it runs; it says so once, and then nothing until nobody listens any more.
    package func watch(_ interest: WatchInterest, sink: any WatchSink, on loop: EventLoop) async {
        sink.changed(.watching)
        while !Task.isCancelled {
            do throws(ReactorError) {
                try await loop.sleep(nanoseconds: 3_600_000_000_000)
            } catch {
                return
            }
        }
    }

    /// An app holds nothing that lies unused.
    package func closeIdle() {}
}
