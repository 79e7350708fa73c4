/// The places of a schema that have been visited: a tree of names, so that neither a deep nor a wide schema costs more than
/// its own length, as full pointers for every place would.
struct SchemaPlaces {
    private struct Step: Hashable {
        let parent: Int
        let name: ByteName
    }

    private var children: [Step: Int] = [:]
    private var steps: [Step?] = []

    /// A place that nothing is above of: the root of a document.
    mutating func addRoot() -> Int {
        steps.append(nil)
        return steps.count - 1
    }

    /// The place below another one.
    mutating func place(_ name: String, under parent: Int) -> Int {
        let step = Step(parent: parent, name: ByteName(name))
        if let place = children[step] { return place }
        steps.append(step)
        children[step] = steps.count - 1
        return steps.count - 1
    }

    /// The JSON pointer (RFC 6901) of a place, with long names cut: people read it, nothing follows it.
    func pointer(_ place: Int) -> String {
        var names: [String] = []
        var current = place
        while let step = steps[current] {
            var name = ""
            for scalar in step.name.text.shortened(to: 100).unicodeScalars {
                switch scalar {
                case "~": name += "~0"
                case "/": name += "~1"
                default: name.unicodeScalars.append(scalar)
                }
            }
            names.append("/" + name)
            current = step.parent
        }
        return names.reversed().joined()
    }

    /// The names of a pointer that begins with a slash or is empty.
    static func names(of pointer: String) -> [String]? {
        guard !pointer.isEmpty else { return [] }
        guard pointer.hasPrefix("/") else { return nil }
        return pointer.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map { part in
            var name = ""
            var isEscaped = false
            for scalar in part.unicodeScalars {
                if isEscaped {
                    name += scalar == "1" ? "/" : scalar == "0" ? "~" : "~" + String(scalar)
                    isEscaped = false
                } else if scalar == "~" {
                    isEscaped = true
                } else {
                    name.unicodeScalars.append(scalar)
                }
            }
            return name
        }
    }
}
