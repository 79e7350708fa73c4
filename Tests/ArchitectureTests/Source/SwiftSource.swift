/// A Swift file as the rules see it: words and signs with their lines; comments and the text of strings are set apart.
struct SwiftSource: Sendable {
    /// A word, or a single sign.
    struct Token: Sendable {
        let text: String
        let line: Int
        /// Whether it touches the token before it: `x!` and `x !` are different things.
        let isAttached: Bool
    }

    let path: String
    let tokens: [Token]
    /// Lines that hold a comment, with the comment's text.
    let comments: [Int: String]

    init(path: String, text: String) {
        self.path = path
        var scanner = SwiftScanner(text)
        scanner.run()
        tokens = scanner.tokens
        comments = scanner.comments
    }

    /// The layer's folder and the target's: `Sources/Platform/Reactor/Loop.swift` gives `Platform` and `Reactor`.
    var room: (layer: String, target: String)? {
        let parts = path.split(separator: "/")
        guard parts.count >= 4, parts[0] == "Sources" else { return nil }
        return (String(parts[1]), String(parts[2]))
    }

    /// Whether the file lies in its target's folder for unsafe code.
    var isUnsafeRoom: Bool { path.split(separator: "/").dropLast().contains("Unsafe") }

    func token(_ index: Int) -> String { tokens.indices.contains(index) ? tokens[index].text : "" }
}
