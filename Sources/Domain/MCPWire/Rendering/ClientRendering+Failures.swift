package import JSONCoding

/// How a failed call ends for a client.
package enum RenderedFailure: Sendable, Hashable {
    /// With an error, and the HTTP status that it has in a plain answer.
    case error(MCPFailure, status: Int)
    /// With a tool's result that says so to the model and to the person.
    case toolResult(JSONObject)
}

extension ClientRendering {
    /// The failure of an upstream as this client gets it (rulings 3.1).
    package func failure(_ failure: MCPFailure, of method: MCPMethod) -> RenderedFailure {
        let read = UpstreamReading(revision: .v2026_07_28).failure(failure)
        switch read.knownCode {
        case .missingRequiredClientCapability where declared(read.data?["requiredCapabilities"]):
            // The client can do it; that the upstream does not know so is ours to solve, and -32021 would send the client in a circle.
            return refused("The gateway does not pass on what the upstream asks for: \(read.message)", of: method)
        case .missingRequiredClientCapability where revision.era == .handshake:
            return refused(read.message, of: method)
        case .missingRequiredClientCapability: return .error(read, status: 400)
        case .methodNotFound where revision.era == .stateless: return .error(read, status: 404)
        case .urlElicitationRequired
        where revision.hasElicitationID && capabilities.interactive.contains(.urlElicitation):
            return .error(read, status: 200)
        case .urlElicitationRequired:
            return InputRequired(failure: read).map { unaskable($0, of: method) } ?? refused(read.message, of: method)
        default: return .error(read, status: 200)  // Codes are an open set.
        }
    }

    /// Whether the client has declared all of this.
    private func declared(_ required: JSONValue?) -> Bool {
        guard let required = required?.objectValue, !required.members.isEmpty else { return false }
        let extensions = required["extensions"]?.objectValue?.members ?? []
        let others = required.members.filter { !["elicitation", "sampling", "roots", "extensions"].contains($0.name) }
        return InteractiveCapabilities(neutral: required).isSubset(of: capabilities.interactive)
            && extensions.allSatisfy { capabilities.settings(of: $0.name) != nil }
            && others.allSatisfy { capabilities.object[$0.name] != nil }
    }

    /// What becomes of a call whose upstream asks what this client cannot be asked. Pages are named in a text, so that the
    /// person can open them all the same; else the client is told which capability it lacks, in the form that its era has.
    package func unaskable(_ input: InputRequired, of method: MCPMethod) -> RenderedFailure {
        let missing = input.missing(from: capabilities)
        let pages = input.questions.filter(\.isPage)
        if missing.isSubset(of: .urlElicitation), !pages.isEmpty {
            let links = pages.map { page in
                let message = page.params?["message"]?.stringValue ?? "Open this page."
                return "\(message)\n\(page.params?["url"]?.stringValue ?? "")"
            }
            return refused(links.joined(separator: "\n\n") + "\n\nThen try again.", of: method)
        }
        let names = missing.object.members.map(\.name).joined(separator: ", ")
        let message = "The server has to ask the client for something that it did not declare: \(names)."
        guard revision.era == .stateless else { return refused(message, of: method) }
        return .error(
            MCPFailure(
                .missingRequiredClientCapability, message, data: ["requiredCapabilities": .object(missing.object)]),
            status: 400)
    }

    /// A sentence as an `isError` text for a tool, as `-32603` for prompts, resources and the rest.
    package func refused(_ sentence: String, of method: MCPMethod) -> RenderedFailure {
        guard method == .toolsCall else { return .error(MCPFailure(.internalError, sentence), status: 200) }
        var result = JSONObject()
        if revision.hasResultType { result["resultType"] = "complete" }
        result["content"] = [["type": "text", "text": .string(sentence)]]
        result["isError"] = true
        return .toolResult(result)
    }
}
