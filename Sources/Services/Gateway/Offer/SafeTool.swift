import JSONCoding

/// A tool's definition without what is invalid in every revision: clients that check a list drop all of it for one bad tool, so
/// the bad part is taken out here, and the operator is told (rulings 4.10). What is valid is not touched.
struct SafeTool: Sendable {
    /// The definition; nothing if no client could call the tool.
    private(set) var definition: JSONObject?
    /// What was changed, as sentences for the log.
    private(set) var remarks: [String] = []

    /// `getsLegalName` is for names that clients never see as they are.
    init(_ tool: JSONObject, getsLegalName: Bool = false) {
        definition = tool
        guard let name = tool["name"]?.stringValue, getsLegalName || Self.isName(name) else {
            withhold("its name is empty, longer than 256 characters, or has control characters")
            return
        }
        checkInput(tool["inputSchema"])
        guard definition != nil else { return }
        for member in ["title", "description"] where tool[member].map({ $0.stringValue == nil }) ?? false {
            remove(member, "is no text")
        }
        for member in ["annotations", "execution", "_meta", "outputSchema"]
        where tool[member].map({ $0.objectValue == nil }) ?? false {
            // A schema may be `true` or `false` in the newest revision; as the schema of an output that says nothing.
            remove(member, "is no object")
        }
        checkAnnotations(tool["annotations"]?.objectValue)
    }

    private mutating func checkInput(_ schema: JSONValue?) {
        guard let schema = schema?.objectValue else {
            definition?["inputSchema"] = ["type": "object"]
            remarks.append("its inputSchema is missing or no object; it takes any arguments now")
            return
        }
        switch schema["type"] {
        case .string("object")?: break
        case nil:
            var object = schema
            object["type"] = "object"
            definition?["inputSchema"] = .object(object)
            remarks.append("its inputSchema does not say \"type\": \"object\"")
        case .array(let types)? where types.contains("object"):
            var object = schema
            object["type"] = "object"
            definition?["inputSchema"] = .object(object)
            remarks.append("its inputSchema takes other types than objects")
        default: withhold("its inputSchema takes no object, and arguments are one")
        }
    }

    private mutating func checkAnnotations(_ annotations: JSONObject?) {
        guard var annotations else { return }
        let hints = ["readOnlyHint", "destructiveHint", "idempotentHint", "openWorldHint"]
        let wrong = hints.filter { name in annotations[name].map { $0.boolValue == nil } ?? false }
        guard !wrong.isEmpty else { return }
        for name in wrong { annotations[name] = nil }
        definition?["annotations"] = .object(annotations)
        remarks.append("its annotations \(wrong.joined(separator: ", ")) are neither true nor false")
    }

    private mutating func remove(_ member: String, _ why: String) {
        definition?[member] = nil
        remarks.append("its \(member) \(why)")
    }

    /// No client gets the tool.
    mutating func withhold(_ why: String) {
        definition = nil
        remarks = ["it is withheld: \(why)"]
    }

    private static func isName(_ name: String) -> Bool {
        !name.isEmpty && name.unicodeScalars.count <= 256
            && name.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
    }
}
