import GatewayModel
import Synchronization

/// The configuration that holds now, for what is asked from no loop: pages, tokens, actions.
///
/// A class, because a reload replaces what everybody looks at.
final class HeldSnapshot: Sendable {
    private let held: Mutex<GatewaySnapshot>

    init(_ snapshot: GatewaySnapshot) {
        held = Mutex(snapshot)
    }

    var current: GatewaySnapshot { held.withLock { $0 } }

    func replace(_ snapshot: GatewaySnapshot) {
        held.withLock { $0 = snapshot }
    }
}
