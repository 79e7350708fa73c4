import JSONCoding
import MCPWire
import UpstreamClients

/// `tasks/list` of 2025-11-25: the tasks that the session has begun, each as it is now.
struct TaskList: Sendable {
    static let pageMax = 20

    let session: ClientSession
    /// Makes the request that looks at one task.
    let request: @Sendable (_ id: String) -> TaskRequest?

    /// One page; nothing if there is no such cursor.
    func page(cursor: JSONValue?) async -> JSONObject? {
        var after = 0
        if let cursor, cursor != .null {
            guard let number = cursor.stringValue.flatMap({ Int($0) }), number > 0 else { return nil }
            after = number
        }
        let (entries, hasMore) = session.tasks.page(after: after, count: Self.pageMax)
        let states = await withTaskGroup(of: (Int, JSONObject?).self) { group in
            for entry in entries {
                group.addTask { (entry.number, await look(entry)) }
            }
            var states: [Int: JSONObject] = [:]
            for await (number, state) in group { states[number] = state }
            return states
        }
        var result: JSONObject = [
            "resultType": "complete", "tasks": .array(entries.compactMap { states[$0.number].map { .object($0) } }),
        ]
        if hasMore, let last = entries.last { result["nextCursor"] = .string("\(last.number)") }
        return result
    }

    private func look(_ entry: TaskShelf.Entry) async -> JSONObject? {
        guard let request = request(entry.id) else {
            session.forgetTask(entry.id)
            return nil
        }
        do throws(UpstreamError) {
            switch try await request.outcome(host: NobodyHost()) {
            case .result(let task): return TaskForm.core(neutral: task)
            case .failure(let failure):
                if failure == TaskIDs.unknown { session.forgetTask(entry.id) }
                return nil
            }
        } catch {
            return nil
        }
    }
}
