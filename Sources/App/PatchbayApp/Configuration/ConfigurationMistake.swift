/// One thing in a configuration that stops the start: where, what, and what to write instead.
package struct ConfigurationMistake: Error, Sendable, Hashable {
    /// `nil` when it does not stand in the file: an option of the command line, or the file itself.
    package let position: YAMLPosition?
    /// The key from the root, like `servers.default.auth`; empty for the file as a whole.
    package let path: String
    /// What is wrong, as a sentence without a full stop.
    package let what: String
    /// What to do about it, in the imperative.
    package let instead: String

    /// Puts the parts together.
    package init(position: YAMLPosition?, path: String, what: String, instead: String) {
        self.position = position
        self.path = path
        self.what = what
        self.instead = instead
    }

    /// `file:line:column: key.path: what; instead`, the form that editors can jump to.
    package func line(file: String) -> String {
        let place = position.map { "\(file):\($0.line):\($0.column): " } ?? (path.hasPrefix("--") ? "" : "\(file): ")
        return place + (path.isEmpty ? "" : "\(path): ") + "\(what); \(instead)"
    }

    /// The path of a key below a path; keys that are not plain words are shown in quotes.
    static func path(_ parent: String, _ key: String) -> String {
        let isWord =
            !key.isEmpty && key.utf8.count <= 64
            && key.utf8.allSatisfy {
                switch $0 {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
        let shown = isWord ? key : quoted(key)
        return parent.isEmpty ? shown : "\(parent).\(shown)"
    }
}

/// Text of the file as it may stand in a message: in quotes, short, without control characters.
func quoted(_ text: String) -> String {
    var shown = ""
    for (count, scalar) in text.unicodeScalars.enumerated() {
        if count == 60 { return "\"\(shown)…\"" }
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned, .privateUse:
            shown += "\\u{\(String(scalar.value, radix: 16))}"
        default: shown.unicodeScalars.append(scalar)
        }
    }
    return "\"\(shown)\""
}
