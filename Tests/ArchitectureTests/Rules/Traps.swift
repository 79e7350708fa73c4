extension HouseRule {
    /// Input is never a programmer's error: what can fail says so in its type.
    static let noTraps = HouseRule(name: "nothing traps by habit") { source in
        source.tokens.indices.compactMap { index in
            source.trap(at: index).map { source.finding(at: index, $0) }
        }
    }
}

extension SwiftSource {
    fileprivate func trap(at index: Int) -> String? {
        if token(index) == "fatalError" {
            return "`fatalError`: throw, or state the invariant with `precondition(_, \"why it cannot be\")`."
        }
        guard token(index) == "!", tokens[index].isAttached, token(index + 1) != "=" || !tokens[index + 1].isAttached
        else {
            return nil
        }
        let before = token(index - 1)
        if before == "try" || before == "as" { return "`\(before)!`: throw a case that carries the facts." }
        let isOperand = before == ")" || before == "]" || before == "?" || before == "\"" || before == "}"
        guard isOperand || before.utf8.allSatisfy(isWordByte) else { return nil }
        return "`\(before)!` unwraps by force: use `guard let`, or parse into a type that cannot be without it."
    }

    private func isWordByte(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "_") || byte >= 0x80 || Character(UnicodeScalar(byte)).isLetter
            || Character(UnicodeScalar(byte)).isNumber
    }
}
