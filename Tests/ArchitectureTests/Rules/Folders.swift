/// The rules about folders and about texts that are not Swift.
enum FolderRules {
    static let readmeLinesMax = 40
    static let readmeLinesMin = 5

    /// Each target has a short README: what it is for, its words, its invariants, how to add the usual thing.
    static func readmes(targets: [String], text: (String) -> String?) -> [Finding] {
        targets.compactMap { target in
            let path = "\(target)/README.md"
            guard let readme = text(path) else {
                return Finding(
                    path: path, line: 1, advice: "is missing: say what the target is for, its words and invariants.")
            }
            let count =
                readme.split(separator: "\n", omittingEmptySubsequences: false).count - (readme.hasSuffix("\n") ? 1 : 0)
            if count > readmeLinesMax {
                return Finding(
                    path: path, line: count,
                    advice: "has \(count) lines, more than \(readmeLinesMax): cut it, or split the target.")
            }
            if readme.split(separator: "\n").count < readmeLinesMin {
                return Finding(
                    path: path, line: 1,
                    advice: "says too little: purpose, vocabulary, numbered invariants, how to add.")
            }
            return nil
        }
    }

    /// The folders of all targets with Swift code.
    static var targets: [String] {
        let folders = SourceTree.files(under: "Sources").compactMap { path -> String? in
            let parts = path.split(separator: "/")
            guard parts.count >= 4, parts[1] != "C" else { return nil }
            return parts[..<3].joined(separator: "/")
        }
        return Set(folders).sorted()
    }

    /// Nothing that is kept knows the machine it was written on. The words are put together here so as not to find themselves.
    static func workplace(path: String, text: String) -> [Finding] {
        let words = ["/wo" + "rk/", "/ro" + "ot/", "deb.deb" + "ian.org", "pypi" + ".org", "files.python" + "hosted"]
        return text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().flatMap { number, line in
            words.filter { line.contains($0) }.map { word in
                Finding(
                    path: path, line: number + 1,
                    advice: "`\(word)` is a place of one machine: write it relative to the package, or leave it out.")
            }
        }
    }

    /// The table of `docs/ARCHITECTURE.md` says what `ArrowTable` says.
    static func documentedArrows(text: String) -> [Finding] {
        ArrowTable.layers.compactMap { row in
            let line = "| `\(row.layer)` | \(row.mayImport.map { "`\($0)`" }.joined(separator: ", ")) |"
            guard !text.contains(line) else { return nil }
            return Finding(path: "docs/ARCHITECTURE.md", line: 1, advice: "the table of arrows lacks the row: \(line)")
        }
    }
}
