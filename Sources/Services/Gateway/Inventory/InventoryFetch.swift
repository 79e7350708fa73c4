import JSONCoding
import MCPWire
import UpstreamClients

/// Reads all that an upstream offers: what it is, then each list that it declares, page by page.
struct InventoryFetch: Sendable {
    let client: any UpstreamClient
    let loop: CallLoop
    let deadline: UInt64
    /// Pages of one list; an upstream that pages for ever is cut here.
    let pagesMax: Int
    /// Entries of one list.
    let itemsMax: Int

    /// The whole of it; lists run side by side, because each costs a round trip.
    func run() async throws(UpstreamError) -> UpstreamInventory {
        let description = try await client.describe(.shared, deadline: deadline, on: loop)
        var inventory = UpstreamInventory(description: description)
        let kinds = ListKind.allCases.filter { description.capabilities[$0.capability]?.objectValue != nil }
        let lists = await withTaskGroup(of: (ListKind, Result<List, UpstreamError>).self) { group in
            for kind in kinds { group.addTask { (kind, await self.list(kind)) } }
            var lists: [(ListKind, Result<List, UpstreamError>)] = []
            for await list in group { lists.append(list) }
            return lists
        }
        for (kind, result) in lists {
            switch result {
            case .success(let list): inventory[kind] = list.items
            case .failure(let error): inventory.unread[kind] = error
            }
        }
        // One broken list does not take the others away; all of them are the upstream's failure.
        if let error = inventory.unread.values.first, inventory.unread.count == kinds.count { throw error }
        // The shortest time counts for all; MCP 2026-07-28, caching: without one a list is out of date at once.
        inventory.milliseconds = lists.compactMap { try? $0.1.get().milliseconds }.filter { $0 < .max }.min() ?? 0
        return inventory
    }

    private struct List: Sendable {
        var items: [JSONObject] = []
        /// How long all of its pages hold.
        var milliseconds = Int.max
    }

    private func list(_ kind: ListKind) async -> Result<List, UpstreamError> {
        do throws(UpstreamError) {
            return .success(try await pages(of: kind))
        } catch {
            return .failure(error)
        }
    }

    private func pages(of kind: ListKind) async throws(UpstreamError) -> List {
        var list = List()
        var cursor: JSONValue?
        var seen: Set<JSONValue> = []
        for _ in 0..<pagesMax {
            var params = JSONObject()
            params["cursor"] = cursor
            let request = UpstreamRequest(
                method: kind.method, methodName: kind.method.name.description, params: params,
                keepsForm: true, deadline: deadline)
            switch try await client.call(request, host: NobodyHost(), on: loop) {
            case .failure(let failure) where failure.code == MCPErrorCode.methodNotFound.rawValue:
                // Many servers declare `resources` and have no templates, or declare more than they have.
                return list
            case .failure(let failure):
                throw .garbage("\(kind.method.name) failed with error \(failure.code)")
            case .result(let result):
                guard let items = result[kind.rawValue]?.arrayValue else {
                    throw .garbage("\(kind.method.name) brought no \"\(kind.rawValue)\"")
                }
                list.items += items.compactMap(\.objectValue)
                list.milliseconds = min(list.milliseconds, max(0, result["ttlMs"]?.integer ?? 0))
                guard list.items.count <= itemsMax else {
                    throw .garbage("\(kind.method.name) has more than \(itemsMax) entries")
                }
                guard let next = result["nextCursor"], next.stringValue != nil else { return list }
                guard seen.insert(next).inserted else { throw .garbage("\(kind.method.name) repeats a cursor") }
                cursor = next
            }
        }
        throw .garbage("\(kind.method.name) has more than \(pagesMax) pages")
    }
}
