import GatewayModel
import MCPWire

/// What somebody may do at a virtual server once they are in, by what they ask for.
///
/// The two scopes stand beside each other (design 11): `mcp:read` is for what changes nothing and `mcp:write` for the rest, and
/// neither includes the other. Lists are for everybody who is in; what a person's groups hide is not in them.
enum AccessRules {
    /// What has to happen before a method can be used; tools have rules of their own, and resources in mixed access.
    static func challenge(_ method: MCPMethod, _ principal: Principal, _ server: ServedServer) -> Challenge? {
        guard let scope = scope(of: method) else { return nil }
        if principal.isAnonymous, method == .resourcesRead { return nil }
        return challenge(scope, principal, server)
    }

    /// What has to happen before a tool can be called.
    static func challenge(_ tool: OfferedItem, _ principal: Principal, _ server: ServedServer) -> Challenge? {
        switch server.definition.auth {
        case .none: return nil
        case .mixed where tool.rights.isOpen:
            // Without a person there is no connection of theirs.
            return principal.isAnonymous && server.upstreams[tool.upstream].isPerUser ? .signIn : nil
        case .oauth, .mixed, .external: return challenge(tool.rights.scope, principal, server)
        }
    }

    /// The same for reading a resource. In mixed access the views of tools are open, as the lists that name them are; all other
    /// resources have no scheme, and what has none wants a token.
    static func challenge(
        resource uri: String, of upstream: ServedUpstream, _ offer: ServerOffer, _ principal: Principal,
        _ server: ServedServer
    ) -> Challenge? {
        guard principal.isAnonymous, server.definition.auth != .none else { return nil }
        return offer.resources.isView(uri) && !upstream.isPerUser ? nil : .signIn
    }

    /// Whether a stream may tell of single resources.
    static func mayWatchResources(_ principal: Principal, _ server: ServedServer) -> Bool {
        challenge(.read, principal, server) == nil
    }

    private static func challenge(
        _ scope: AccessScopes, _ principal: Principal, _ server: ServedServer
    ) -> Challenge? {
        if case .none = server.definition.auth { return nil }
        if principal.isAnonymous { return .signIn }
        return principal.scopes.isSuperset(of: scope) ? nil : .insufficient(principal.scopes.union(scope))
    }

    /// Nothing for what everybody may who is in: to say hello, to look, and to speak of tasks, whose ids are their owners'.
    private static func scope(of method: MCPMethod) -> AccessScopes? {
        switch method {
        case .promptsGet, .resourcesRead, .complete, .resourcesSubscribe, .resourcesUnsubscribe: .read
        // What an extension's method does nobody here knows.
        case .other: .write
        case .discover, .toolsList, .toolsCall, .resourcesList, .resourceTemplatesList, .promptsList,
            .subscriptionsListen, .tasksGet, .tasksUpdate, .tasksCancel, .initialize, .ping, .setLevel, .tasksResult,
            .tasksList, .initialized, .cancelled, .progress, .rootsListChanged, .taskStatus:
            nil
        }
    }
}
