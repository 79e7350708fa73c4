import JSONCoding
import MCPWire
import UpstreamClients

/// A task of 2025-11-25 for a client of the extension, which only looks at tasks and is never asked (facts 4.8).
struct CoreAsExtension: Sendable {
    let request: TaskRequest

    /// `tasks/get`, with the result that the upstream gives apart, or with what it wants to know.
    func get() async throws(UpstreamError) -> UpstreamOutcome {
        let outcome = try await request.hop.send(.tasksGet)
        guard case .result(let core) = outcome else { return outcome }
        var task = TaskForm.neutral(core: core)
        task["resultType"] = "complete"
        switch task["status"]?.stringValue {
        case "completed", "failed":
            switch try await request.hop.send(.tasksResult) {
            case .result(let result):
                // There `failed` is also what a tool's own error is called; here that is a result like others (facts 7.3).
                task["status"] = "completed"
                task["result"] = .object(result)
            case .failure(let failure):
                task["status"] = "failed"
                task["error"] = .object(failure.object)
            }
        case "input_required":
            let requests = await questions()
            // Who has nothing to answer yet looks again.
            if requests.members.isEmpty {
                task["status"] = "working"
            } else {
                task["inputRequests"] = .object(requests)
            }
        default: break  // Working or cancelled: there is nothing more to say.
        }
        return .result(request.shown(task))
    }

    /// What the upstream asks. It asks whoever waits for the result, so a call of ours waits for it.
    private func questions() async -> JSONObject {
        guard
            let waiting = request.state.waitingTasks.call(
                for: request.task.claims, make: makeCall, start: { call in start(call) })
        else { return JSONObject() }
        if waiting.openQuestions.isEmpty {
            let reader = waiting.events.attach()
            var last = waiting.readTo
            let end = request.loop.clock &+ TaskTimes.questionNanoseconds
            reading: while waiting.openQuestions.isEmpty, request.loop.clock < end {
                let left = end &- request.loop.clock
                let step = await waiting.events.next(after: last, reader: reader, forget: true) {
                    [loop = request.loop] in
                    _ = await loop.wait(nanoseconds: left)
                    return false
                }
                guard case .event(let number, let event) = step else { break reading }
                last = number
                waiting.readTo = number
                if case .notification = event { continue }
                break reading
            }
        }
        return JSONObject(
            waiting.openQuestions.map { question in
                JSONObject.Member(name: "\(waiting.number)-\(question.key)", value: .object(question.entry))
            })
    }

    private func makeCall() -> RunningCall {
        RunningCall(
            number: request.state.callNumber(), upstream: request.task.upstream.name, loop: request.loop,
            asking: request.asking, keptBytesMax: 0)
    }

    private func start(_ call: RunningCall) {
        var hop = request.hop
        hop.deadline = request.loop.clock &+ TaskTimes.resultNanoseconds
        call.start(
            { [hop] host in
                do throws(UpstreamError) {
                    return .ended(try await hop.send(.tasksResult, host: host))
                } catch {
                    return .failed(error)
                }
            },
            ended: { [state = request.state, claims = request.task.claims] call in
                state.waitingTasks.ended(call, for: claims)
            })
    }

    /// `tasks/update`: unknown keys and those that were answered before are ignored.
    func update() -> UpstreamOutcome {
        if let waiting = request.state.waitingTasks.call(for: request.task.claims) {
            let prefix = "\(waiting.number)-"
            let responses = request.params["inputResponses"]?.objectValue?.members ?? []
            let named = responses.compactMap { member in
                member.name.hasPrefix(prefix)
                    ? JSONObject.Member(name: String(member.name.dropFirst(prefix.count)), value: member.value) : nil
            }
            _ = waiting.answer(ClientAnswer.answers(in: .object(JSONObject(named)), to: waiting.openQuestions))
        }
        return .result(["resultType": "complete"])
    }

    /// `tasks/cancel`: an acknowledgement, also for a task that is over.
    func cancel() async throws(UpstreamError) -> UpstreamOutcome {
        if case .failure(let failure) = try await request.hop.send(.tasksCancel) {
            // There a task that is over is an error of the same code as one that is unknown.
            let outcome = try await request.hop.send(.tasksGet)
            guard case .result(let task) = outcome else { return outcome }
            if !TaskState.isOver(task) { return .failure(failure) }
        }
        return .result(["resultType": "complete"])
    }
}
