import HTTPTransport
import JSONCoding
import MCPWire
import Reactor

/// One call at an upstream of the stateless era: asked, answered with `input_required`, asked again with the answers, until it
/// is over (MCP 2026-07-28, multi round-trip requests).
struct InputRounds {
    /// Rounds before we give up; both official SDKs stop there.
    static let roundsMax = 10
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
        for _ in 0..<Self.roundsMax {
            let result: JSONObject
            switch try await exchange(params) {
            case .failure(let failure): return .failure(failure)
            case .result(let object): result = object
            }
            guard result["resultType"] == "input_required", !request.relaysInputRequired else {
                return .result(Self.complete(result))
            }
            let questions = try Self.questions(of: result)
            var answers = JSONObject()
            if questions.isEmpty {
                try await rest(pause)
                pause = min(pause * 2, Self.pauseMax)
            } else {
                switch try await ask(questions) {
                case .answers(let given): answers = given
                case .stopped(let reason): return stopped(reason)
                }
            }
            params["inputResponses"] = questions.isEmpty ? nil : .object(answers)
            params["requestState"] = result["requestState"]
        }
        return stopped("It asked \(Self.roundsMax) times without coming to an end.")
    }

    /// MCP 2026-07-28 says that a result without a type is complete.
    private static func complete(_ result: JSONObject) -> JSONObject {
        guard result["resultType"] == nil else { return result }
        return JSONObject([JSONObject.Member(name: "resultType", value: "complete")] + result.members)
    }

    private static func questions(of result: JSONObject) throws(UpstreamError) -> [ClientQuestion] {
        guard let requests = result["inputRequests"] else {
            guard result["requestState"] != nil else { throw .garbage("it asks for input and says for none") }
            return []
        }
        guard let members = requests.objectValue?.members else { throw .garbage("its questions are no object") }
        var questions: [ClientQuestion] = []
        for member in members {
            guard let method = member.value["method"]?.stringValue.flatMap(ClientQuestion.Kind.init(rawValue:)) else {
                throw .garbage("it asks for something that no client has")
            }
            questions.append(
                ClientQuestion(key: member.name, kind: method, params: member.value["params"]?.objectValue))
        }
        return questions
    }

    private enum Round {
        case answers(JSONObject)
        case stopped(String)
    }

    /// Protocol facts 4.5: an elicitation that nobody answers is cancelled; for sampling and roots there is no such form, so the
    /// call stops.
    private func ask(_ questions: [ClientQuestion]) async throws(UpstreamError) -> Round {
        clock.pause()
        let given: Result<[String: ClientAnswer], ClientSilence>
        do throws(ClientSilence) {
            given = .success(try await host.ask(questions))
        } catch {
            given = .failure(error)
        }
        clock.resume()
        if case .failure(.cancelled) = given { throw .transport(.cancelled) }
        var answers = JSONObject()
        for question in questions {
            switch (try? given.get()[question.key], question.kind) {
            case (.result(let result)?, _): answers[question.key] = .object(result)
            case (_, .elicitation): answers[question.key] = ["action": "cancel"]
            case (.failure(let failure)?, _):
                return .stopped("The client refused \(question.kind.rawValue): \(failure.message)")
            case (nil, _): return .stopped("The client did not answer \(question.kind.rawValue).")
            }
        }
        return .answers(answers)
    }

    private func stopped(_ reason: String) -> UpstreamOutcome {
        guard request.method == .toolsCall else {
            return .failure(UpstreamFailure(code: MCPErrorCode.internalError.rawValue, message: reason))
        }
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
