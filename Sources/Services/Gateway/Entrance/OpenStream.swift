import GatewayModel

/// An event stream that is counted, for everybody and for its principal.
struct OpenStream {
    private let all: OpenCount
    private let own: OpenCount?

    /// Nothing when there are as many as may be; `leave` is owed for one.
    init?(_ state: GatewayState, _ visit: Visit) {
        let own = visit.use?.streams
        if let own, !own.enter(limit: visit.limits.streamsPerPrincipal) { return nil }
        guard state.streams.enter(limit: visit.limits.eventStreams) else {
            own?.leave()
            return nil
        }
        all = state.streams
        self.own = own
    }

    func leave() {
        all.leave()
        own?.leave()
    }
}
