import GatewayModel
import Synchronization

/// What one principal has open at this moment, so that one who runs wild leaves room for the others.
///
/// A class, because all requests of the principal count together, on any loop.
final class PrincipalUse: Sendable {
    /// Messages that are being answered.
    let calls = OpenCount()
    /// Calls at upstreams, those included whose client is away.
    let runningCalls = OpenCount()
    let streams = OpenCount()
    let parkedCalls = OpenCount()

    var isIdle: Bool { calls.isNone && runningCalls.isNone && streams.isNone && parkedCalls.isNone }
}

/// The uses of all principals that came lately.
final class PrincipalUses: Sendable {
    private let usesMax: Int
    private let uses = Mutex<[String: PrincipalUse]>([:])

    /// `usesMax` principals are remembered; of more, those are forgotten that have nothing open.
    init(usesMax: Int = 20_000) {
        self.usesMax = usesMax
    }

    var count: Int { uses.withLock { $0.count } }

    /// The use of a principal; the same one for as long as anything of it is open.
    func use(of principal: Principal) -> PrincipalUse {
        uses.withLock { uses in
            if let known = uses[principal.key] { return known }
            if uses.count >= usesMax { uses = uses.filter { !$0.value.isIdle } }
            let use = PrincipalUse()
            uses[principal.key] = use
            return use
        }
    }
}
