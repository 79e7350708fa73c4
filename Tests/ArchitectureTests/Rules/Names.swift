extension HouseRule {
    /// A file is named after its one concept; these words name none.
    static let fileNames = HouseRule(name: "files are named after what is in them") { source in
        let parts = source.path.split(separator: "/").map { part in
            String(part.hasSuffix(".swift") ? part.dropLast(6) : part)
        }
        return parts.compactMap { part in
            guard let word = emptyWords.first(where: { part == $0 || part.hasSuffix($0) }) else { return nil }
            return Finding(
                path: source.path, line: 1,
                advice:
                    "`\(part)` ends with `\(word)`, which says nothing: name it after its main type, or `Type+Concern`."
            )
        }
    }

    private static let emptyWords = [
        "Utils", "Util", "Helpers", "Helper", "Common", "Manager", "Types", "Extensions", "Misc",
    ]

    /// Work that is put off has a place where it is waiting.
    static let issuesBehindTodos = HouseRule(name: "a TODO names its issue") { source in
        source.comments.sorted { $0.key < $1.key }.compactMap { line, comment in
            guard ["TODO", "FIXME", "XXX"].contains(where: comment.contains), !comment.contains("#") else { return nil }
            return Finding(path: source.path, line: line, advice: "name the issue (`#12`), or do it now.")
        }
    }
}
