/// The sorts of notification that MCP has, of all revisions and both directions.
package enum MCPNotification: Sendable, Hashable, CaseIterable {
    /// How far a call is.
    case progress
    /// A line of a log.
    case message
    /// The list of tools changed.
    case toolsListChanged
    /// The list of prompts changed.
    case promptsListChanged
    /// The list of resources changed.
    case resourcesListChanged
    /// A resource changed.
    case resourceUpdated
    /// A request is not wanted any more.
    case cancelled
    /// A page that the person was sent to is done; 2025-11-25.
    case elicitationComplete
    /// What a listen stream will say; 2026-07-28.
    case subscriptionsAcknowledged
    /// A task changed, in the core of 2025-11-25.
    case taskStatus
    /// A task changed, in the extension of 2026-07-28.
    case tasks
    /// The client's roots changed.
    case rootsListChanged
    /// The client is ready.
    case initialized

    /// As it travels.
    package var name: String {
        switch self {
        case .progress: "notifications/progress"
        case .message: "notifications/message"
        case .toolsListChanged: "notifications/tools/list_changed"
        case .promptsListChanged: "notifications/prompts/list_changed"
        case .resourcesListChanged: "notifications/resources/list_changed"
        case .resourceUpdated: "notifications/resources/updated"
        case .cancelled: "notifications/cancelled"
        case .elicitationComplete: "notifications/elicitation/complete"
        case .subscriptionsAcknowledged: "notifications/subscriptions/acknowledged"
        case .taskStatus: "notifications/tasks/status"
        case .tasks: "notifications/tasks"
        case .rootsListChanged: "notifications/roots/list_changed"
        case .initialized: "notifications/initialized"
        }
    }

    /// The sort of a name; nothing for those that no revision has.
    package init?(name: String) {
        guard let found = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = found
    }

    /// Whether a server of this revision may send it to its client (facts 3.1).
    package func isSentToClients(of revision: Revision) -> Bool {
        switch self {
        case .progress, .message, .toolsListChanged, .promptsListChanged, .resourcesListChanged, .resourceUpdated: true
        case .cancelled: true
        case .elicitationComplete: revision.hasElicitationID
        case .taskStatus: revision.hasCoreTasks
        case .subscriptionsAcknowledged, .tasks: revision.era == .stateless
        case .rootsListChanged, .initialized: false
        }
    }

    /// Whether a client of this revision may send it to its server (facts 3.1).
    package func isSentToServers(of revision: Revision) -> Bool {
        switch self {
        case .cancelled: true
        case .progress, .rootsListChanged, .initialized: revision.era == .handshake
        case .taskStatus: revision.hasCoreTasks
        case .message, .toolsListChanged, .promptsListChanged, .resourcesListChanged, .resourceUpdated,
            .elicitationComplete, .subscriptionsAcknowledged, .tasks:
            false
        }
    }

    /// Whether it belongs to a request and travels on that request's stream; the others belong to a listen stream or to the
    /// quiet stream of a session.
    package var belongsToRequest: Bool { self == .progress || self == .message }
}
