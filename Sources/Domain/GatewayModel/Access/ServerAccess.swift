/// Who of those who are signed in may use a virtual server, and which of its tools.
package struct ServerAccess: Sendable, Hashable {
    /// Members of one of these may use the server; empty lets everybody in who is signed in. A missing claim means no.
    package var groups: Set<String>
    /// Tools that only some may see and call; the first row that matches a name decides, a tool without a row is everybody's.
    package var tools: [ToolAccess]
    /// In mixed access: names of tools, as clients see them, that need no token whatever the upstream says; may have `*`.
    package var openTools: [String]

    /// Everybody who is signed in may use everything.
    package init(groups: Set<String> = [], tools: [ToolAccess] = [], openTools: [String] = []) {
        self.groups = groups
        self.tools = tools
        self.openTools = openTools
    }

    /// Whether a member of these groups may use the server at all.
    package func admits(groups member: Set<String>) -> Bool {
        groups.isEmpty || !groups.isDisjoint(with: member)
    }

    /// Whether a member of these groups may see and call the tool that clients see under this name.
    package func admits(tool name: String, groups member: Set<String>) -> Bool {
        guard let row = tools.first(where: { NamePattern.matches(name, pattern: $0.pattern) }) else { return true }
        return !row.groups.isDisjoint(with: member)
    }
}

/// One row of the tools that only some may see and call.
package struct ToolAccess: Sendable, Hashable {
    /// A name as clients see it; `*` stands for any characters.
    package let pattern: String
    /// Who may.
    package let groups: Set<String>

    /// Gives the tools of this pattern to these groups.
    package init(pattern: String, groups: Set<String>) {
        self.pattern = pattern
        self.groups = groups
    }
}

/// Names with `*`, which stands for any characters, none included.
package enum NamePattern {
    /// Whether the whole name is what the pattern says; takes no more steps than both are long together, times the stars.
    package static func matches(_ name: String, pattern: String) -> Bool {
        let (name, pattern) = (Array(name.utf8), Array(pattern.utf8))
        var (at, place) = (0, 0)
        var star: (pattern: Int, name: Int)?
        while at < name.count {
            if place < pattern.count, pattern[place] == UInt8(ascii: "*") {
                star = (place, at)
                place += 1
            } else if place < pattern.count, pattern[place] == name[at] {
                place += 1
                at += 1
            } else if let last = star {
                // The last star takes one character more.
                star = (last.pattern, last.name + 1)
                place = last.pattern + 1
                at = last.name + 1
            } else {
                return false
            }
        }
        return pattern[place...].allSatisfy { $0 == UInt8(ascii: "*") }
    }
}
