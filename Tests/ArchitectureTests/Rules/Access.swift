extension HouseRule {
    /// The package is one product: nothing outside imports it.
    static let noPublic = HouseRule(name: "nothing is public") { source in
        source.tokens.indices.compactMap { index in
            let isOpen = source.token(index) == "open" && declarationWords.contains(source.token(index + 1))
            guard source.token(index) == "public" || isOpen else { return nil }
            return source.finding(at: index, "nothing outside imports this package: write `package`, or less.")
        }
    }

    /// What other targets may use says what it promises.
    static let documentedPackage = HouseRule(name: "package declarations have a doc comment") { source in
        source.tokens.indices.compactMap { index in
            guard source.token(index) == "package", source.token(index - 1) != ".",
                let declared = source.declaration(after: index), !source.hasDocComment(above: source.tokens[index].line)
            else { return nil }
            return source.finding(
                at: index,
                "`package \(declared)` has no `///` above it: one sentence that says what the name does not."
            )
        }
    }

    fileprivate static let declarationWords: Set = [
        "struct", "class", "enum", "actor", "protocol", "func", "init", "var", "let", "typealias", "subscript",
    ]

    fileprivate static let witnesses: Set = ["description", "debugDescription", "customMirror", "hash", "rawValue"]

    fileprivate static let modifiers: Set = [
        "static", "final", "mutating", "nonmutating", "nonisolated", "consuming", "borrowing", "override", "required",
        "convenience", "lazy", "weak", "unowned", "indirect", "private", "fileprivate", "(", "set", ")", "unsafe",
        "nonsending", "isolated",
    ]
}

extension SwiftSource {
    /// `struct Name` of `package final struct Name`; nothing for imports and extensions.
    fileprivate func declaration(after index: Int) -> String? {
        var next = index + 1
        while HouseRule.modifiers.contains(token(next)) || token(next) == "@" {
            next += token(next) == "@" ? 2 : 1
        }
        guard HouseRule.declarationWords.contains(token(next)), !isWitness(at: next) else { return nil }
        return token(next) == "init" || token(next) == "subscript" ? token(next) : "\(token(next)) \(token(next + 1))"
    }

    /// What a protocol of the standard library names has its meaning there: operators, literals, descriptions.
    private func isWitness(at index: Int) -> Bool {
        let isOperator = token(index) == "func" && ["=", "<", "~"].contains(token(index + 1))
        let isLiteral =
            token(index) == "init" && (token(index + 2).hasSuffix("Literal") || token(index + 2) == "rawValue")
        return isOperator || isLiteral || HouseRule.witnesses.contains(token(index + 1))
    }

    /// Attributes and compiler conditions may stand between the comment and the declaration.
    fileprivate func hasDocComment(above line: Int) -> Bool {
        var above = line - 1
        while above > 0, comments[above] == nil, let first = tokens.first(where: { $0.line == above }) {
            guard first.text == "@" || first.text == "#" else { return false }
            above -= 1
        }
        guard let comment = comments[above] else { return false }
        return comment.hasPrefix("///") || comment.hasSuffix("*/")
    }
}
