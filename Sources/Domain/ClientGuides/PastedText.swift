import JSONCoding

/// Texts that people paste, written so that nothing in them can be read in another way.
enum PastedText {
    /// One word of a shell's line.
    static func shell(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy { byte in
            (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10 || Array("-_./:@%+=,".utf8).contains(byte)
        }
        if isPlain, !text.isEmpty { return text }
        return "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }

    /// One line of JSON.
    static func line(_ object: JSONObject) -> String {
        String(decoding: JSONWriter.bytes(of: .object(object)), as: UTF8.self)
    }

    /// JSON for a file: a member a line.
    static func file(_ object: JSONObject, indent: Int = 0) -> String {
        let space = String(repeating: "  ", count: indent + 1)
        let rows = object.members.map { member in
            let value: String =
                if case .object(let inner) = member.value {
                    file(inner, indent: indent + 1)
                } else {
                    String(decoding: JSONWriter.bytes(of: member.value), as: UTF8.self)
                }
            let name = String(decoding: JSONWriter.bytes(of: .string(member.name)), as: UTF8.self)
            return "\(space)\(name): \(value)"
        }
        return "{\n\(rows.joined(separator: ",\n"))\n\(String(repeating: "  ", count: indent))}"
    }
}
