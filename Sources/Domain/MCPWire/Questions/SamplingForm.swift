import JSONCoding

/// Sampling as revisions before 2025-11-25 have it: no tools, and one block of content in each message.
enum SamplingForm {
    /// The params of a request for a client of this revision.
    static func params(_ params: JSONObject, for revision: Revision) -> JSONObject {
        guard !revision.hasSamplingTools else { return params }
        var plain = params
        plain.remove("tools", "toolChoice")
        plain.change("messages") { messages in
            guard let messages = messages.arrayValue else { return messages }
            return .array(messages.flatMap { message($0, for: revision) })
        }
        return plain
    }

    /// The client's completion for an upstream of this revision, which takes one block.
    static func result(_ result: JSONObject, for revision: Revision) -> JSONObject {
        guard !revision.hasSamplingTools, let blocks = result["content"]?.arrayValue else { return result }
        var plain = result
        let written = blocks.map { block($0, for: revision) }
        let texts = written.compactMap { $0["type"]?.stringValue == "text" ? $0["text"]?.stringValue : nil }
        if written.count == 1 {
            plain["content"] = written[0]
        } else {
            // A picture beside text has no place in one block; the text is what the upstream can go on with.
            plain["content"] = ["type": "text", "text": .string(texts.joined(separator: "\n"))]
        }
        return plain
    }

    /// One message for each block: the role stays, and no block is lost.
    private static func message(_ message: JSONValue, for revision: Revision) -> [JSONValue] {
        guard let content = message["content"] else { return [message] }
        return (content.arrayValue ?? [content]).map { single in
            var one = message
            one["content"] = block(single, for: revision)
            return one
        }
    }

    private static func block(_ value: JSONValue, for revision: Revision) -> JSONValue {
        guard let object = value.objectValue else { return value }
        switch object["type"]?.stringValue {
        case "tool_use":
            let name = object["name"]?.stringValue ?? ""
            return text("[tool call \(name): \(json(object["input"] ?? [:]))]")
        case "tool_result":
            let content = object["content"]?.arrayValue ?? []
            let texts = content.map { $0["text"]?.stringValue ?? json($0) }
            return text("[tool result: \(texts.joined(separator: "\n"))]")
        default: return .object(ContentBlock.rendered(object, for: revision))  // Sorts of block are an open set.
        }
    }

    private static func text(_ text: String) -> JSONValue { ["type": "text", "text": .string(text)] }

    private static func json(_ value: JSONValue) -> String {
        String(decoding: JSONWriter.bytes(of: value), as: UTF8.self)
    }
}
