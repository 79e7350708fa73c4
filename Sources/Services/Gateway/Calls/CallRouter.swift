import JSONCoding
import MCPWire

/// Finds the upstream that a call is for, and puts the call into the upstream's own words.
enum CallRouter {
    static func route(_ call: GatewayCall, _ server: ServedServer, _ offer: ServerOffer) -> CallRoute {
        switch call.method {
        case .toolsCall: tool(call, server, offer)
        case .promptsGet: prompt(call, server, offer)
        case .resourcesRead: resource(call, server, offer)
        case .complete: completion(call, server, offer)
        default: other(call, server)
        }
    }

    private static func tool(_ call: GatewayCall, _ server: ServedServer, _ offer: ServerOffer) -> CallRoute {
        guard let name = call.params["name"]?.stringValue else { return needs("name", of: "tools/call") }
        guard let tool = offer.tool(name) ?? offer.toolForView(original: name) else {
            return .unknown(MCPFailure(.invalidParams, "Unknown tool: \(shown(name)). Ask for tools/list again."))
        }
        var params = call.params
        if name != tool.original { params["name"] = .string(tool.original) }
        // F008: missing arguments are none, and some servers want to see that.
        if params["arguments"] == nil || params["arguments"] == .null { params["arguments"] = [:] }
        return .upstream(
            RoutedCall(
                upstream: server.upstreams[tool.upstream], position: tool.upstream, params: params, tool: tool))
    }

    private static func prompt(_ call: GatewayCall, _ server: ServedServer, _ offer: ServerOffer) -> CallRoute {
        guard let name = call.params["name"]?.stringValue else { return needs("name", of: "prompts/get") }
        guard let prompt = offer.prompt(name) else {
            return .unknown(MCPFailure(.invalidParams, "Unknown prompt: \(shown(name)). Ask for prompts/list again."))
        }
        var params = call.params
        if name != prompt.original { params["name"] = .string(prompt.original) }
        return .upstream(
            RoutedCall(
                upstream: server.upstreams[prompt.upstream], position: prompt.upstream, params: params, tool: nil))
    }

    private static func resource(_ call: GatewayCall, _ server: ServedServer, _ offer: ServerOffer) -> CallRoute {
        guard let uri = call.params["uri"]?.stringValue else { return needs("uri", of: call.methodName) }
        let listed = offer.resources.route(uri)
        guard let route = listed ?? server.links?.upstream(of: uri).map({ (upstream: $0, original: uri) }) else {
            return unknown(resource: uri)
        }
        var params = call.params
        if uri != route.original { params["uri"] = .string(route.original) }
        return .upstream(
            RoutedCall(upstream: server.upstreams[route.upstream], position: route.upstream, params: params, tool: nil))
    }

    private static func completion(_ call: GatewayCall, _ server: ServedServer, _ offer: ServerOffer) -> CallRoute {
        guard var reference = call.params["ref"]?.objectValue else { return needs("ref", of: "completion/complete") }
        var params = call.params
        let position: Int
        switch reference["type"]?.stringValue {
        case "ref/prompt":
            guard let name = reference["name"]?.stringValue else { return needs("ref.name", of: "completion/complete") }
            guard let prompt = offer.prompt(name) else {
                return .unknown(
                    MCPFailure(.invalidParams, "Unknown prompt: \(shown(name)). Ask for prompts/list again."))
            }
            reference["name"] = .string(prompt.original)
            position = prompt.upstream
        case "ref/resource":
            guard let uri = reference["uri"]?.stringValue else { return needs("ref.uri", of: "completion/complete") }
            guard let route = offer.resources.route(template: uri) else { return unknown(resource: uri) }
            reference["uri"] = .string(route.original)
            position = route.upstream
        default:
            return .refused(
                MCPFailure(.invalidParams, "\"ref.type\" of completion/complete is \"ref/prompt\" or \"ref/resource\".")
            )
        }
        params["ref"] = .object(reference)
        return .upstream(
            RoutedCall(upstream: server.upstreams[position], position: position, params: params, tool: nil))
    }

    /// A method of an extension that we do not know goes to the only upstream there is; of several nobody can say whose it is.
    private static func other(_ call: GatewayCall, _ server: ServedServer) -> CallRoute {
        guard server.upstreams.count == 1, call.method == .other else {
            return .refused(MCPFailure(.methodNotFound, "There is no method \(shown(call.methodName)) here."))
        }
        return .upstream(
            RoutedCall(upstream: server.upstreams[0], position: 0, params: call.params, tool: nil))
    }

    private static func needs(_ member: String, of method: String) -> CallRoute {
        .refused(MCPFailure(.invalidParams, "\(method) needs \"\(member)\" in its params."))
    }

    private static func unknown(resource uri: String) -> CallRoute {
        .unknown(
            MCPFailure(.invalidParams, "Resource not found: \(shown(uri)).", data: ["uri": .string(uri)]))
    }

    /// A text of the client's, cut so that an answer stays small.
    private static func shown(_ text: String) -> String { String(text.prefix(200)) }
}
