import JSONCoding

/// The views that tools name.
enum OfferedURI {
    /// The URIs of the views of a tool, under the names that MCP Apps and its forerunners use.
    static func views(in tool: JSONObject) -> [String] {
        let meta = tool["_meta"]
        return [meta?["ui"]?["resourceUri"], meta?["ui/resourceUri"], meta?["openai/outputTemplate"]]
            .compactMap { $0?.stringValue }
    }
}
