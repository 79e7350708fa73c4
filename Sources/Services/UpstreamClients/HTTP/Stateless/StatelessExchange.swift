import HTTPMessages
import HTTPTransport
import JSONCoding
import MCPWire
import Reactor

/// One call at an upstream of the stateless era in neutral form: a POST for each round, whose stream is closed to cancel it.
struct StatelessExchange {
    let hop: HTTPHop
    let settings: UpstreamSettings
    let request: UpstreamRequest
    let host: any CallHost
    let clock: CallClock
    let loop: EventLoop

    /// Runs all rounds. An error that may mean that the upstream is of another era now comes as `disputed` with what it said.
    func outcome(
        nextID: () -> Int, disputed: (UpstreamFailure) -> Void
    ) async throws(UpstreamError) -> UpstreamOutcome {
        let rounds = InputRounds(request: request, host: host, clock: clock, loop: loop)
        let outcome = try await rounds.outcome { (params) async throws(UpstreamError) in
            try await round(params, id: nextID(), disputed)
        }
        return AnswerConversion.neutral(outcome, to: request, from: .v2026_07_28)
    }

    private func round(
        _ params: JSONObject, id: Int, _ disputed: (UpstreamFailure) -> Void
    ) async throws(UpstreamError) -> UpstreamResponse {
        let whole = RequestParams.of(request, params, for: .v2026_07_28, token: id, from: settings.ownInfo)
        let message = OutgoingMessage.request(id: id, method: request.methodName, params: whole)
        let fields = StatelessFields.of(request)
        let response = try await hop.post(message, fields, deadline: clock.deadline, on: loop)
        switch try await HTTPAnswer.read(response, limit: hop.answerBytesMax) {
        case .messages(let messages, let status):
            for case .response(let answered, let answer) in messages where answered?.isID(id) ?? (status != 200) {
                return try judge(answer, status: status, disputed)
            }
            throw .garbage("it answers another request")
        case .events(let events):
            return try judge(try await read(events, id: id), status: 200, disputed)
        }
    }

    private func read(_ events: IncomingEvents, id: Int) async throws(UpstreamError) -> UpstreamResponse {
        defer { events.cancel() }
        let listener = CallListener(request: request, host: host)
        while let message = try await events.next() {
            switch message {
            case .response(let answered, let response):
                if answered?.isID(id) ?? true { return response }
            case .notification(let method, let params): await listener.hear(method, params)
            case .request: continue  // The stateless era has none.
            case .garbage(let detail): throw .garbage(detail)
            }
        }
        throw .cutOff
    }

    /// What the upstream says about our hop is ours to solve (rulings 3.1); codes of older servers come with a 4xx.
    private func judge(
        _ response: UpstreamResponse, status: Int, _ disputed: (UpstreamFailure) -> Void
    ) throws(UpstreamError) -> UpstreamResponse {
        guard case .failure(let failure) = response else { return response }
        switch failure.code {
        case MCPErrorCode.headerMismatch.rawValue, MCPErrorCode.unsupportedProtocolVersion.rawValue:
            throw .hopRefused(code: failure.code)
        case -32600, -32000, -32001:
            guard status != 200 else { return response }
            disputed(failure)
            throw .hopRefused(code: failure.code)
        default: return response  // Codes are an open set.
        }
    }
}

extension UpstreamError {
    /// Whether a request of the stateless era was refused as one that the upstream does not understand: nothing was executed, and
    /// the upstream may be another one now.
    var disputesTheEra: Bool {
        switch self {
        case .hopRefused, .status(400), .status(404), .status(405), .status(406), .status(415): true
        default: false
        }
    }
}
