import JSONCoding
import MCPWire

/// Names under `naming: prefix`.
enum OfferedName {
    static func prefixed(_ tool: String, upstream: String) -> String { "\(upstream)_\(tool)" }
}

/// URIs that two upstreams have: how they are told apart, and where they stand.
enum OfferedURI {
    static func qualified(_ uri: String, upstream: String) -> String { uri }

    static func unqualified(_ uri: String, upstreams: [String]) -> (Int, String)? { nil }

    /// The views that a tool names.
    static func views(in tool: JSONObject) -> [String] {
        let meta = tool["_meta"]
        return [meta?["ui"]?["resourceUri"], meta?["ui/resourceUri"], meta?["openai/outputTemplate"]]
            .compactMap { $0?.stringValue }
    }

    static func rewrite(_ object: JSONObject, _ qualified: [String: String]) -> JSONObject { object }
}
