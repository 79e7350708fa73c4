import GatewayModel
import JSONCoding
import MCPWire
import UpstreamClients

/// What a virtual server says that it can do: the union of its upstreams, less what nobody here carries.
enum OfferedCapabilities {
    static func union(_ descriptions: [UpstreamDescription]) -> JSONObject {
        var union = JSONObject()
        // H07: a client that sees no `tools` never asks for them.
        union["tools"] = ["listChanged": true]
        for description in descriptions {
            if TaskSupport(description) == .core {
                // Those of 2025-11-25 are served as the extension's to clients that know that one (facts 4.8).
                var extensions = union["extensions"]?.objectValue ?? JSONObject()
                extensions[RelayedFeatures.tasksExtension] = [:]
                union["extensions"] = .object(extensions)
            }
            for member in description.capabilities.members {
                switch member.name {
                case "tools": break
                case "tasks" where description.revision.hasCoreTasks: break
                case "prompts": union["prompts"] = ["listChanged": true]
                case "resources":
                    let subscribes = union["resources"]?["subscribe"] == true || member.value["subscribe"] == true
                    union["resources"] = subscribes ? ["subscribe": true, "listChanged": true] : ["listChanged": true]
                case "extensions":
                    for item in member.value.objectValue?.members ?? []
                    where RelayedFeatures.standard.extensions.contains(item.name)
                        && (item.name != RelayedFeatures.tasksExtension || TaskSupport(description) != .none)
                    {
                        var extensions = union["extensions"]?.objectValue ?? JSONObject()
                        if extensions[item.name] == nil { extensions[item.name] = item.value }
                        union["extensions"] = .object(extensions)
                    }
                default:
                    // Unknown members are kept (rulings 2.10); of several upstreams the first one's value stands.
                    if union[member.name] == nil { union[member.name] = member.value }
                }
            }
        }
        return union
    }

    /// The words of one upstream as they are, those of several under the upstreams' names.
    static func instructions(_ parts: [OfferPart]) -> String? {
        let texts = parts.compactMap { part in
            part.inventory?.description.instructions.map { (part.upstream.text, $0) }
        }
        if parts.count == 1 { return texts.first?.1 }
        guard !texts.isEmpty else { return nil }
        return texts.map { "# \($0.0)\n\($0.1)" }.joined(separator: "\n\n")
    }
}
