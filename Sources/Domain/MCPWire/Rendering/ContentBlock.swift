import JSONCoding

/// A block of content, as a client of a revision can read it (facts 3.7 and 6.6).
///
/// Here conversion is no politeness: clients of the first revisions refuse a whole result for one block of a type they do not know.
enum ContentBlock {
    /// The block for a client of this revision.
    static func rendered(_ block: JSONObject, for revision: Revision) -> JSONObject {
        switch block["type"]?.stringValue {
        case "audio" where !revision.hasAudio:
            return text("[audio, \(block["mimeType"]?.stringValue ?? "unknown type")]", of: block, for: revision)
        case "resource_link" where !revision.hasResourceLinks:
            return text(linkText(block), of: block, for: revision)
        default: break  // Sorts of block are an open set.
        }
        var plain = block
        if !revision.hasIcons { plain["icons"] = nil }
        if !revision.hasMetaEverywhere {
            plain["_meta"] = nil
            plain.change("resource") { resource in
                guard var contents = resource.objectValue else { return resource }
                contents["_meta"] = nil
                return .object(contents)
            }
        }
        plain.change("annotations") { annotations($0, for: revision) }
        return plain
    }

    /// Annotations without what the revision does not have.
    static func annotations(_ annotations: JSONValue, for revision: Revision) -> JSONValue? {
        guard !revision.hasLastModified, var object = annotations.objectValue, object["lastModified"] != nil else {
            return annotations
        }
        object["lastModified"] = nil
        return object.members.isEmpty ? nil : .object(object)
    }

    private static func text(_ text: String, of block: JSONObject, for revision: Revision) -> JSONObject {
        var plain: JSONObject = ["type": "text", "text": .string(text)]
        plain["annotations"] = block["annotations"].flatMap { annotations($0, for: revision) }
        return plain
    }

    private static func linkText(_ block: JSONObject) -> String {
        let name = block["title"]?.stringValue ?? block["name"]?.stringValue
        let uri = block["uri"]?.stringValue ?? ""
        let link = name.map { "\($0): \(uri)" } ?? uri
        return block["description"]?.stringValue.map { "\(link)\n\($0)" } ?? link
    }
}
