import JSONCoding
import MCPWire
import UpstreamClients

/// Which tasks an upstream has.
enum TaskSupport: Sendable, Hashable {
    case none
    /// Those of the extension of 2026-07-28: the upstream decides by itself which call becomes one.
    case tasksExtension
    /// Those of the core of 2025-11-25: a call becomes one if the caller says so and the tool allows it.
    case core

    init(_ description: UpstreamDescription) {
        let capabilities = description.capabilities
        if description.revision.era == .stateless {
            self = capabilities["extensions"]?[RelayedFeatures.tasksExtension] == nil ? .none : .tasksExtension
        } else if description.revision.hasCoreTasks {
            self = capabilities["tasks"]?["requests"]?["tools"]?["call"] == nil ? .none : .core
        } else {
            self = .none
        }
    }

    /// What 2025-11-25 is told of the gateway's own tasks.
    static let declaration: JSONObject = ["list": [:], "cancel": [:], "requests": ["tools": ["call": [:]]]]
}
