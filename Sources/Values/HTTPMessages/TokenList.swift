/// Comma-separated lists of field values, RFC 9110 section 5.6.1.
enum TokenList {
    /// Whether a member of the list, without its parameters, is the token in whatever case.
    static func contains(_ list: Span<UInt8>, _ token: StaticString) -> Bool {
        var start = 0
        while start <= list.count {
            var end = start
            while end < list.count, list[end] != 0x2C { end &+= 1 }
            if memberEquals(list.extracting(start..<end), token) { return true }
            start = end &+ 1
        }
        return false
    }

    private static func memberEquals(_ member: Span<UInt8>, _ token: StaticString) -> Bool {
        var start = 0
        var end = 0
        while start < member.count, ByteSyntax.isBlank(member[start]) { start &+= 1 }
        while end < member.count, member[end] != 0x3B { end &+= 1 }
        while end > start, ByteSyntax.isBlank(member[end &- 1]) { end &-= 1 }
        guard end >= start else { return false }
        return ByteComparison.equal(member.extracting(start..<end), token, ignoringCase: true)
    }
}

/// Bytes against a literal.
enum ByteComparison {
    /// Whether both have the same bytes; `ignoringCase` folds ASCII letters.
    static func equal(_ bytes: Span<UInt8>, _ literal: StaticString, ignoringCase: Bool = false) -> Bool {
        guard bytes.count == literal.utf8CodeUnitCount else { return false }
        return hasPrefix(bytes, literal, ignoringCase: ignoringCase)
    }

    /// Whether the bytes begin with the literal; `ignoringCase` folds ASCII letters.
    static func hasPrefix(_ bytes: Span<UInt8>, _ literal: StaticString, ignoringCase: Bool = false) -> Bool {
        let count = literal.utf8CodeUnitCount
        guard bytes.count >= count else { return false }
        var start = 0
        while start &+ 8 <= count, bytes.word(at: start) == literal.word(at: start) { start &+= 8 }
        for index in start..<count {
            let byte = bytes[index]
            let wanted = literal.byte(at: index)
            if byte == wanted { continue }
            guard ignoringCase, ByteSyntax.lowerCased(byte) == ByteSyntax.lowerCased(wanted) else { return false }
        }
        return true
    }
}
