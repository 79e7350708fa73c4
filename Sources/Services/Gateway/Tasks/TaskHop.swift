import JSONCoding
import MCPWire
import UpstreamClients

/// Requests about one task to the upstream that has it, in the upstream's words.
struct TaskHop: Sendable {
    let upstream: ServedUpstream
    let taskID: String
    let client: ClientContext
    let capabilities: ClientCapabilities
    var deadline: UInt64
    let loop: CallLoop

    /// One request to its end; `more` are its params beside the id.
    func send(
        _ method: MCPMethod, _ more: JSONObject = JSONObject(), host: any CallHost = NobodyHost()
    ) async throws(UpstreamError) -> UpstreamOutcome {
        var params = more
        params["taskId"] = .string(taskID)
        let request = UpstreamRequest(
            method: method, methodName: method.name.description, params: params,
            lease: LeaseKey(
                principal: client.owner, interactive: capabilities.interactive,
                account: upstream.account(of: client.principal)),
            capabilities: capabilities.object, clientInfo: client.clientInfo, deadline: deadline)
        let outcome = try await upstream.client.call(request, host: host, on: loop)
        // What it says of an id names its own.
        if case .failure(let failure) = outcome, method != .tasksResult, failure.knownCode == .invalidParams {
            return .failure(TaskIDs.unknown)
        }
        return outcome
    }

    /// Tells the upstream that nobody waits for the task any more; as a task of its own, because who gives up is cancelled.
    func abandon() {
        let farewell = TaskHop(
            upstream: upstream, taskID: taskID, client: client, capabilities: capabilities,
            deadline: loop.clock &+ TaskTimes.farewellNanoseconds, loop: loop)
        // Ends at its deadline at the latest.
        _ = loop.begin {
            do throws(UpstreamError) {
                _ = try await farewell.send(.tasksCancel)
            } catch {
                // It cannot be told.
            }
        }
    }
}

/// Times of tasks that no configuration names.
enum TaskTimes {
    /// How long the last words about a task may take.
    static let farewellNanoseconds: UInt64 = 5_000_000_000
    /// How long `tasks/result` of 2025-11-25 waits for the task's end; the client may ask again.
    static let resultNanoseconds: UInt64 = 3_600_000_000_000
    /// How long a question may be on its way from an upstream before the client is told that the task still works.
    static let questionNanoseconds: UInt64 = 1_000_000_000
    /// The bounds of the time between two looks at a task whose end a client waits for.
    static let pollNanoseconds: ClosedRange<UInt64> = 50_000_000...10_000_000_000
}
