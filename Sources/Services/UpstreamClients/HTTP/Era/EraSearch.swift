import HTTPMessages
import HTTPTransport
import JSONCoding
import MCPWire
import Reactor

/// Finds out what answers at an address: `server/discover`, then `initialize`, then the event stream of 2024-11-05 (protocol
/// facts 2.7). A login, a 5xx or silence is a failure, never a verdict.
struct EraSearch {
    let hop: HTTPHop
    let settings: UpstreamSettings
    /// When all steps must be done.
    let deadline: UInt64
    let loop: EventLoop
    /// Begins the shared session, or says what the one is that lives.
    let begin: @Sendable () async throws(UpstreamError) -> UpstreamDescription

    /// What was found.
    func find() async throws(UpstreamError) -> EraMemory.Verdict {
        if let description = try await discover() { return .stateless(description) }
        switch try await handshake() {
        case .session(let description): return .handshake(description)
        case .refused(let code):
            // The server is of the stateless era after all, and said so late.
            if code == MCPErrorCode.unsupportedProtocolVersion.rawValue, let description = try await discover() {
                return .stateless(description)
            }
            throw .hopRefused(code: code)
        case .elsewhere(let status):
            let upstream = SSEUpstream(hop: hop, settings: settings)
            do throws(UpstreamError) {
                return .eventStream(
                    try await upstream.describe(
                        .shared(account: hop.access?.account ?? ""), deadline: deadline, on: loop))
            } catch {
                // What the first request was told says more than that there is no event stream either.
                throw error.isOutage ? error : .status(status)
            }
        }
    }

    /// Asks for the stateless era; nothing if the answer is one of an older server.
    private func discover() async throws(UpstreamError) -> UpstreamDescription? {
        for _ in 0..<2 {
            let id = 0
            let params = RequestParams.own(JSONObject(), of: .discover, from: settings.ownInfo)
            let method = MCPMethod.discover.name.description
            let answer: UpstreamResponse
            do throws(UpstreamError) {
                let exchange = HTTPRoundTrip(hop: hop, deadline: deadline, loop: loop)
                let message = OutgoingMessage.request(id: id, method: method, params: params)
                answer = try await exchange.response(to: message, id: id, StatelessFields.of(method: method)).response
            } catch {
                switch error {
                // No answer of MCP with a 4xx, or a 200 that is none: what an older server, or another program, says.
                case .status(let status) where (400..<500).contains(status) && ![408, 425, 429].contains(status):
                    return nil
                case .garbage: return nil
                default: throw error  // Errors that are no verdict.
                }
            }
            switch EraAnswer(answer) {
            case .stateless(let description): return description
            case .handshake: return nil
            case .disputed: continue
            case .incompatible(let versions): throw .garbage("it speaks only \(versions)")
            }
        }
        throw .hopRefused(code: MCPErrorCode.headerMismatch.rawValue)
    }

    private enum Beginning {
        case session(UpstreamDescription)
        case refused(code: Int)
        case elsewhere(status: Int)
    }

    private func handshake() async throws(UpstreamError) -> Beginning {
        do throws(UpstreamError) {
            return .session(try await begin())
        } catch {
            switch error {
            case .hopRefused(let code): return .refused(code: code)
            case .status(let status) where [400, 404, 405].contains(status): return .elsewhere(status: status)
            default: throw error
            }
        }
    }
}
