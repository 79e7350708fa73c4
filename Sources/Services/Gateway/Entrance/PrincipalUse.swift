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
    fileprivate struct State {
        var uses: [String: PrincipalUse] = [:]
        /// Principals that came lately, by where they lie in memory: a token brings the same one with every call, and to compare
        /// two references costs a twentieth of a look by name. What is here is held, so no other one can come to lie there.
        var lately: [(principal: Principal, use: PrincipalUse)?]
    }

    private static let latelyCount = 256

    private let usesMax: Int
    private let state = Mutex(State(lately: Array(repeating: nil, count: latelyCount)))

    /// `usesMax` principals are remembered; of more, those are forgotten that have nothing open.
    init(usesMax: Int = 20_000) {
        self.usesMax = usesMax
    }

    var count: Int { state.withLock { $0.uses.count } }

    /// The use of a principal; the same one for as long as anything of it is open.
    func use(of principal: Principal) -> PrincipalUse {
        let place = Self.place(of: principal)
        return state.withLock { state in
            if let late = state.lately[place], late.principal === principal { return late.use }
            let use = state.use(of: principal, max: usesMax)
            state.lately[place] = (principal, use)
            return use
        }
    }

    private static func place(of principal: Principal) -> Int {
        Int(bitPattern: ObjectIdentifier(principal)) >> 5 & (latelyCount - 1)
    }
}

extension PrincipalUses.State {
    fileprivate mutating func use(of principal: Principal, max: Int) -> PrincipalUse {
        if let known = uses[principal.key] { return known }
        if uses.count >= max {
            uses = uses.filter { !$0.value.isIdle }
            // What was forgotten must not be counted by any more.
            lately = Array(repeating: nil, count: lately.count)
        }
        let use = PrincipalUse()
        uses[principal.key] = use
        return use
    }
}
