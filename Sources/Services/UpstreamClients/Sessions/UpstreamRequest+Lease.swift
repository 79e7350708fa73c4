import MCPWire

extension UpstreamRequest {
    /// Whose session serves it: its client's own only if the upstream may ask during it, or if it is about a task that such a
    /// request began; everything else goes through the shared one (rulings 4.4).
    var sessionKey: LeaseKey {
        switch method {
        case .toolsCall, .promptsGet, .resourcesRead, .tasksGet, .tasksUpdate, .tasksCancel, .tasksResult, .tasksList:
            lease
        case .discover, .toolsList, .resourcesList, .resourceTemplatesList, .promptsList, .complete,
            .subscriptionsListen, .initialize, .ping, .setLevel, .resourcesSubscribe, .resourcesUnsubscribe,
            .initialized, .cancelled, .progress, .rootsListChanged, .taskStatus, .other:
            .shared
        }
    }
}
