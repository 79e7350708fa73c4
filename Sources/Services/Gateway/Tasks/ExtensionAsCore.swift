import HTTPTransport
import JSONCoding
import MCPWire
import UpstreamClients

/// A task of the extension for a client of 2025-11-25, which waits for results and can be asked (facts 4.8).
struct ExtensionAsCore: Sendable {
    let request: TaskRequest

    /// `tasks/result`: looks at the task until it is over, and asks the client what the task wants to know.
    func result(host: any CallHost) async throws(UpstreamError) -> UpstreamOutcome {
        let hop = request.hop
        // Keys are unique for the task's whole life, and the upstream may show one that was answered for a while.
        var answered: Set<String> = []
        while true {
            let task: JSONObject
            switch try await hop.send(.tasksGet) {
            case .failure(let failure): return .failure(failure)
            case .result(let result): task = result
            }
            switch task["status"]?.stringValue {
            case "completed": return .result(request.rewritten(task["result"]?.objectValue ?? JSONObject()))
            case "failed":
                return .failure(MCPFailure(task["error"]) ?? MCPFailure(.internalError, "The task failed."))
            case "cancelled": return .failure(TaskState.wasCancelled)
            case "input_required":
                if let stopped = try await answer(task, &answered, host: host) { return stopped }
            default: break  // What it says of its work is the client's to look up.
            }
            guard request.client.deadline > request.loop.clock else { throw .transport(.timedOut(sent: true)) }
            guard await request.loop.wait(nanoseconds: pause(task)) else { throw .transport(.cancelled) }
        }
    }

    /// Asks what is new, and gives the upstream the answers; an outcome when there is an answer that has no form.
    private func answer(
        _ task: JSONObject, _ answered: inout Set<String>, host: any CallHost
    ) async throws(UpstreamError) -> UpstreamOutcome? {
        var asking: JSONObject = ["resultType": "input_required"]
        asking["inputRequests"] = task["inputRequests"]
        let asked: InputRequired?
        do throws(InputRequired.Fault) {
            asked = try InputRequired(result: asking)
        } catch {
            throw .garbage("its questions cannot be asked: \(error)")
        }
        let questions = (asked?.questions ?? []).filter { !answered.contains($0.key) }
        guard !questions.isEmpty else { return nil }
        var answers: [String: ClientAnswer]
        do throws(ClientSilence) {
            answers = try await host.ask(questions)
        } catch {
            if error == .cancelled { throw .transport(.cancelled) }
            answers = Dictionary(uniqueKeysWithValues: questions.map { ($0.key, ClientAnswer.silence(to: $0.kind)) })
        }
        answered.formUnion(questions.map(\.key))
        let responses: JSONValue?
        do throws(UnansweredQuestion) {
            responses = try InputRequired(questions: questions, requestState: nil)
                .retry(JSONObject(), answers: answers)["inputResponses"]
        } catch {
            request.hop.abandon()
            return .result([
                "resultType": "complete", "content": [["type": "text", "text": .string(error.sentence)]],
                "isError": true,
            ])
        }
        let outcome = try await request.hop.send(.tasksUpdate, ["inputResponses": responses ?? [:]])
        if case .failure = outcome { return outcome }
        return nil
    }

    private func pause(_ task: JSONObject) -> UInt64 {
        let bounds = TaskTimes.pollNanoseconds
        let milliseconds = UInt64(clamping: task["pollIntervalMs"]?.integer ?? 1_000)
        guard milliseconds < bounds.upperBound / 1_000_000 else { return bounds.upperBound }
        return max(milliseconds * 1_000_000, bounds.lowerBound)
    }

    /// `tasks/cancel`, whose answer is a task that is cancelled already. An upstream of the extension only promises to try, so
    /// what it does in spite of that is seen by whoever looks at the task later.
    func cancel() async throws(UpstreamError) -> UpstreamOutcome {
        let hop = request.hop
        switch try await hop.send(.tasksGet) {
        case .failure(let failure): return .failure(failure)
        case .result(let task) where TaskState.isOver(task): return .failure(TaskState.cannotBeCancelled)
        case .result: break
        }
        if case .failure(let failure) = try await hop.send(.tasksCancel) { return .failure(failure) }
        let outcome = try await hop.send(.tasksGet)
        guard case .result(var task) = outcome else { return outcome }
        if !TaskState.isOver(task) { task["status"] = "cancelled" }
        return .result(request.shown(task))
    }
}
