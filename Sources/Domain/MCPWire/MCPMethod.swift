import JSONCoding

/// The methods that a client may send, of all revisions; everything else is `other`.
package enum MCPMethod: UInt8, Sendable, Hashable, CaseIterable {
    case discover
    case toolsList
    case toolsCall
    case resourcesList
    case resourceTemplatesList
    case resourcesRead
    case promptsList
    case promptsGet
    case complete
    case subscriptionsListen
    case tasksGet
    case tasksUpdate
    case tasksCancel
    case initialize
    case ping
    case setLevel
    case resourcesSubscribe
    case resourcesUnsubscribe
    case tasksResult
    case tasksList
    case initialized
    case cancelled
    case progress
    case rootsListChanged
    case taskStatus
    /// A method of an extension, of a later revision, or of nobody.
    case other

    /// As it travels; empty for `other`.
    package var name: StaticString {
        switch self {
        case .discover: "server/discover"
        case .toolsList: "tools/list"
        case .toolsCall: "tools/call"
        case .resourcesList: "resources/list"
        case .resourceTemplatesList: "resources/templates/list"
        case .resourcesRead: "resources/read"
        case .promptsList: "prompts/list"
        case .promptsGet: "prompts/get"
        case .complete: "completion/complete"
        case .subscriptionsListen: "subscriptions/listen"
        case .tasksGet: "tasks/get"
        case .tasksUpdate: "tasks/update"
        case .tasksCancel: "tasks/cancel"
        case .initialize: "initialize"
        case .ping: "ping"
        case .setLevel: "logging/setLevel"
        case .resourcesSubscribe: "resources/subscribe"
        case .resourcesUnsubscribe: "resources/unsubscribe"
        case .tasksResult: "tasks/result"
        case .tasksList: "tasks/list"
        case .initialized: "notifications/initialized"
        case .cancelled: "notifications/cancelled"
        case .progress: "notifications/progress"
        case .rootsListChanged: "notifications/roots/list_changed"
        case .taskStatus: "notifications/tasks/status"
        case .other: ""
        }
    }

    /// Whether a request of this method exists in the stateless era; those of the Tasks extension do, if an upstream has it.
    package var isStatelessRequest: Bool {
        switch self {
        case .discover, .toolsList, .toolsCall, .resourcesList, .resourceTemplatesList, .resourcesRead, .promptsList,
            .promptsGet, .complete, .subscriptionsListen, .tasksGet, .tasksUpdate, .tasksCancel:
            true
        case .initialize, .ping, .setLevel, .resourcesSubscribe, .resourcesUnsubscribe, .tasksResult, .tasksList,
            .initialized, .cancelled, .progress, .rootsListChanged, .taskStatus, .other:
            false
        }
    }

    /// Which member of `params` says what the request is about, and is mirrored in `Mcp-Name`.
    package var subject: MCPSubject? {
        switch self {
        case .toolsCall, .promptsGet: .name
        case .resourcesRead: .uri
        case .tasksGet, .tasksUpdate, .tasksCancel: .taskID
        case .discover, .toolsList, .resourcesList, .resourceTemplatesList, .promptsList, .complete,
            .subscriptionsListen, .initialize, .ping, .setLevel, .resourcesSubscribe, .resourcesUnsubscribe,
            .tasksResult, .tasksList, .initialized, .cancelled, .progress, .rootsListChanged, .taskStatus, .other:
            nil
        }
    }

    private static let names = JSONNames(allCases.dropLast().map(\.name.description))

    /// The method that a scanned message names.
    init(_ finding: JSONFinding, in message: Span<UInt8>) {
        let index = finding.index(in: Self.names, message: message)
        self = index.flatMap { MCPMethod(rawValue: UInt8($0)) } ?? .other
    }
}

/// The member of `params` that `Mcp-Name` mirrors.
package enum MCPSubject: String, Sendable, Hashable {
    case name = "params.name"
    case uri = "params.uri"
    case taskID = "params.taskId"
}
