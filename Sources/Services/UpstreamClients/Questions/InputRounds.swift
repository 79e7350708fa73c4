import HTTPTransport
import JSONCoding
import MCPWire
import Reactor

/// One call in as many rounds as it takes: asked, answered with `input_required`, asked again with the answers, until it is over
/// (MCP 2026-07-28, multi round-trip requests). An upstream of 2025-11-25 says it by `-32042` and begins anew each time.
struct InputRounds {
    /// How long a round without questions waits before it asks again: this much, doubled up to `pauseMax`.
    static let pauseMin: UInt64 = 50_000_000
    static let pauseMax: UInt64 = 250_000_000

    let request: UpstreamRequest
    let host: any CallHost
    let clock: CallClock
    let loop: EventLoop

    /// Runs the rounds; `exchange` sends one request with these params under an id of its own.
    func outcome(
        _ exchange: (JSONObject) async throws(UpstreamError) -> UpstreamResponse
    ) async throws(UpstreamError) -> UpstreamOutcome {
        var params = request.params
        var pause = Self.pauseMin
        for _ in 0..<InputRequired.roundsMax {
            let response = try await exchange(params)
            guard let input = try input(wantedBy: response) else { return response.outcome }
            if input.questions.isEmpty {
                try await rest(pause)
                pause = min(pause * 2, Self.pauseMax)
            }
            let answers: [String: ClientAnswer]
            do throws(ClientSilence) {
                answers = input.questions.isEmpty ? [:] : try await ask(input.questions)
            } catch {
                if error == .cancelled { throw .transport(.cancelled) }
                answers = Dictionary(
                    uniqueKeysWithValues: input.questions.map { ($0.key, ClientAnswer.silence(to: $0.kind)) })
            }
            // Nothing was opened: the error says more to the client than the same call again would.
            if case .failure = response, !answers.values.allSatisfy(\.isAccepted) { return response.outcome }
            do throws(UnansweredQuestion) {
                params = try input.retry(params, answers: answers)
            } catch {
                return stopped(error.sentence)
            }
            if case .failure = response { params = request.params }
        }
        return stopped("The upstream asked \(InputRequired.roundsMax) times without coming to an end.")
    }

    /// What the upstream wants first; nothing if the response is the end, or if its questions are the caller's affair.
    private func input(wantedBy response: UpstreamResponse) throws(UpstreamError) -> InputRequired? {
        switch response {
        case .result(let result):
            if request.relaysInputRequired { return nil }
            do throws(InputRequired.Fault) {
                return try InputRequired(result: result)
            } catch {
                throw .garbage("its questions cannot be asked: \(error)")
            }
        case .failure(let failure):
            guard let input = InputRequired(failure: failure),
                input.missing(from: ClientCapabilities(neutral: request.capabilities)).isEmpty
            else { return nil }
            return input
        }
    }

    private func ask(_ questions: [ClientQuestion]) async throws(ClientSilence) -> [String: ClientAnswer] {
        clock.pause()
        defer { clock.resume() }
        return try await host.ask(questions)
    }

    private func stopped(_ reason: String) -> UpstreamOutcome {
        guard request.method == .toolsCall else { return .failure(MCPFailure(.internalError, reason)) }
        return .result([
            "resultType": "complete", "content": [["type": "text", "text": .string(reason)]], "isError": true,
        ])
    }

    private func rest(_ nanoseconds: UInt64) async throws(UpstreamError) {
        do throws(ReactorError) {
            try await loop.sleep(nanoseconds: nanoseconds)
        } catch {
            throw .transport(.cancelled)
        }
        if clock.hasExpired { throw .transport(.timedOut(sent: true)) }
    }
}

extension ClientAnswer {
    /// Whether a person agreed to open a page.
    fileprivate var isAccepted: Bool {
        guard case .result(let result) = self else { return false }
        return result["action"] == "accept"
    }
}

extension UpstreamResponse {
    /// The same as the end of a call, in the form that it has.
    fileprivate var outcome: UpstreamOutcome {
        switch self {
        case .result(let result): .result(result)
        case .failure(let failure): .failure(failure)
        }
    }
}
