import Gateway
import Reactor
import Synchronization

/// The runtime that new calls see, one reference for each loop, so that loops do not contend for it.
///
/// A class, because a reload replaces what every connection looks at.
final class CurrentRuntime: Sendable {
    private final class Slot: Sendable {
        let runtime: Mutex<GatewayRuntime>

        init(_ runtime: GatewayRuntime) {
            self.runtime = Mutex(runtime)
        }
    }

    private let slots: [Slot]

    init(_ runtime: GatewayRuntime, loops: Int) {
        slots = (0..<loops).map { _ in Slot(runtime) }
    }

    /// What a call that begins now sees until its end.
    func current(on loop: EventLoop) -> GatewayRuntime {
        slots[loop.index].runtime.withLock { $0 }
    }

    /// Replaces it for the calls that begin from now on, and returns the old one.
    func replace(_ runtime: GatewayRuntime) -> GatewayRuntime? {
        var old: GatewayRuntime?
        for slot in slots {
            slot.runtime.withLock { current in
                old = current
                current = runtime
            }
        }
        return old
    }
}
