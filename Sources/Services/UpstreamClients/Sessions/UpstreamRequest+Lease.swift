import MCPWire

extension UpstreamRequest {
    /// Whose session serves it (rulings 4.4).
    var sessionKey: LeaseKey { method.isOfItsClient ? lease : .shared(account: lease.account) }
}

extension MCPMethod {
    /// Whether its client's own session or process serves it: the upstream may ask during it, or it is about a task that such a
    /// request began. Everything else goes through the shared one.
    var isOfItsClient: Bool {
        switch self {
        case .toolsCall, .promptsGet, .resourcesRead, .tasksGet, .tasksUpdate, .tasksCancel, .tasksResult, .tasksList:
            true
        case .discover, .toolsList, .resourcesList, .resourceTemplatesList, .promptsList, .complete,
            .subscriptionsListen, .initialize, .ping, .setLevel, .resourcesSubscribe, .resourcesUnsubscribe,
            .initialized, .cancelled, .progress, .rootsListChanged, .taskStatus, .other:
            false
        }
    }
}
