package import JSONCoding

/// What a server may ask of a client: the part of its capabilities on which an upstream's session depends.
package struct InteractiveCapabilities: OptionSet, Sendable, Hashable {
    package let rawValue: UInt8

    /// Takes the bits as they were kept.
    package init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// Values of a form from the person.
    package static let formElicitation = InteractiveCapabilities(rawValue: 1)
    /// A page that the person opens.
    package static let urlElicitation = InteractiveCapabilities(rawValue: 2)
    /// A completion of the client's model.
    package static let sampling = InteractiveCapabilities(rawValue: 4)
    /// Tools in such a completion.
    package static let samplingTools = InteractiveCapabilities(rawValue: 8)
    /// Context of the conversation in such a completion.
    package static let samplingContext = InteractiveCapabilities(rawValue: 16)
    /// The folders that the client works in.
    package static let roots = InteractiveCapabilities(rawValue: 32)

    /// Reads capabilities in neutral form: a bare `elicitation: {}` means forms (MCP 2026-07-28, elicitation).
    package init(neutral: JSONObject) {
        var found: InteractiveCapabilities = []
        if let elicitation = neutral["elicitation"]?.objectValue {
            if elicitation["url"] != nil { found.insert(.urlElicitation) }
            if elicitation["form"] != nil || elicitation["url"] == nil { found.insert(.formElicitation) }
        }
        if let sampling = neutral["sampling"]?.objectValue {
            found.insert(.sampling)
            if sampling["tools"] != nil { found.insert(.samplingTools) }
            if sampling["context"] != nil { found.insert(.samplingContext) }
        }
        if neutral["roots"]?.objectValue != nil { found.insert(.roots) }
        self = found
    }

    /// The capabilities object that says this and nothing else, in the form of 2025-11-25 and later: what `-32021` names
    /// (`requiredCapabilities`), and what an upstream's session declares.
    package var object: JSONObject {
        var object = JSONObject()
        if contains(.urlElicitation) {
            var modes = JSONObject()
            if contains(.formElicitation) { modes["form"] = [:] }
            modes["url"] = [:]
            object["elicitation"] = .object(modes)
        } else if contains(.formElicitation) {
            object["elicitation"] = [:]
        }
        if contains(.sampling) || contains(.samplingTools) || contains(.samplingContext) {
            var sampling = JSONObject()
            if contains(.samplingContext) { sampling["context"] = [:] }
            if contains(.samplingTools) { sampling["tools"] = [:] }
            object["sampling"] = .object(sampling)
        }
        if contains(.roots) { object["roots"] = [:] }
        return object
    }
}
