import JSONCoding
import MCPWire
import UpstreamClients

/// The host of a wait for one task: what the upstream says about the task on that stream bears our id, and what it says about
/// others is not for it.
struct TaskHost: CallHost {
    let host: any CallHost
    let task: OpenTask

    func notify(_ notification: CallNotification) async {
        guard case .other(let method, var params) = notification,
            let kind = MCPNotification(name: method), kind == .taskStatus || kind == .tasks
        else { return await host.notify(notification) }
        guard params["taskId"]?.stringValue == task.claims.taskID else { return }
        params["taskId"] = .string(task.id)
        await host.notify(.other(method, params))
    }

    func ask(_ questions: [ClientQuestion]) async throws(ClientSilence) -> [String: ClientAnswer] {
        try await host.ask(questions)
    }
}
