import Gateway
import SQLDatabase
import Storage
import Synchronization
import Telemetry

/// The gateway's inventories in the store: read before a runtime is made, written beside the calls.
///
/// A class, because writes go on after the call that caused them. Of several inventories of one upstream only the last is
/// written, so what waits is bounded by the number of upstreams.
final class KeptInventories: InventoryKeeping {
    private struct State {
        /// Read and not yet asked for; empty while the gateway runs.
        var loaded: [String: StoredInventory] = [:]
        var waiting: [String: StoredInventory] = [:]
        /// Not waiting any more, and perhaps not on the disk yet.
        var writing: StoredInventory?
        /// While the store is read: what is newer than what may be found there.
        var newer: [String: StoredInventory]?
        var writer: Task<Void, Never>?
    }

    private let store: InventoryStore
    private let log: Log
    private let state = Mutex(State())

    init(store: InventoryStore, log: Log) {
        self.store = store
        self.log = log
    }

    /// Makes what is kept for these upstreams ready to be asked for; `forget` is due when it was.
    func load(_ upstreams: Set<String>) async {
        state.withLock { state in
            state.newer = state.waiting
            if let writing = state.writing, state.newer?[writing.upstream] == nil {
                state.newer?[writing.upstream] = writing
            }
        }
        do throws(SQLError) {
            try await store.prune(configured: upstreams)
            let found = try await store.inventories(of: upstreams)
            state.withLock { state in
                for inventory in found { state.loaded[inventory.upstream] = inventory }
                for (name, inventory) in state.newer ?? [:] { state.loaded[name] = inventory }
                state.newer = nil
            }
        } catch {
            log.warning(
                "the last known inventories cannot be read: lists wait for their upstreams",
                ["reason": .string(error.reason)])
        }
    }

    /// Lets go of what was loaded: who asked has it.
    func forget() {
        state.withLock { state in
            state.loaded = [:]
            state.newer = nil
        }
    }

    func inventory(of upstream: String, configuration digest: String) -> [UInt8]? {
        state.withLock { state in
            guard let inventory = state.loaded[upstream], inventory.configuration == digest else { return nil }
            return inventory.contents
        }
    }

    func keep(_ inventory: [UInt8], of upstream: String, configuration digest: String) {
        state.withLock { state in
            let inventory = StoredInventory(upstream: upstream, configuration: digest, contents: inventory)
            state.waiting[upstream] = inventory
            state.newer?[upstream] = inventory
            if state.writer == nil { state.writer = Task { await self.write() } }
        }
    }

    /// Waits for what is to be written.
    func finish() async {
        await state.withLock { $0.writer }?.value
    }

    private func write() async {
        while let next = next() {
            do throws(SQLError) {
                try await store.keep(next)
            } catch {
                log.warning(
                    "the inventory of an upstream was not stored",
                    ["upstream": .string(next.upstream), "reason": .string(error.reason)])
            }
        }
    }

    private func next() -> StoredInventory? {
        state.withLock { state in
            state.writing = state.waiting.keys.first.flatMap { state.waiting.removeValue(forKey: $0) }
            if state.writing == nil { state.writer = nil }
            return state.writing
        }
    }
}
