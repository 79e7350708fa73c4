/// What can still be known of a message that is too long to be read: which call it answers.
enum LongMessage {
    /// The integer `id` of a JSON-RPC message of which both ends are known. Python's servers write it first, TypeScript's last.
    static func id(head: [UInt8], tail: [UInt8]) -> Int? {
        idBefore(tail) ?? idBehind(head)
    }

    /// `"id":5}` at the very end: the last brace closes the message itself, so the name is a member of it.
    private static func idBefore(_ tail: [UInt8]) -> Int? {
        var rest = tail[...]
        trim(&rest)
        guard rest.popLast() == UInt8(ascii: "}") else { return nil }
        trim(&rest)
        let digits = rest.suffix(while: isDigit)
        rest = rest.dropLast(digits.count)
        trim(&rest)
        guard rest.popLast() == UInt8(ascii: ":") else { return nil }
        trim(&rest)
        // What stands before the name tells it from the end of a longer one.
        guard rest.suffix(4).elementsEqual("\"id\"".utf8) else { return nil }
        rest = rest.dropLast(4)
        trim(&rest)
        guard rest.last == UInt8(ascii: ",") || rest.last == UInt8(ascii: "{") else { return nil }
        return number(digits)
    }

    /// The members before the first one that is an array or an object.
    private static func idBehind(_ head: [UInt8]) -> Int? {
        var reader = HeadReader(rest: head[...])
        guard reader.take(UInt8(ascii: "{")) else { return nil }
        repeat {
            guard let name = reader.string(), reader.take(UInt8(ascii: ":")) else { return nil }
            if name.elementsEqual("id".utf8) { return number(reader.word()) }
            if reader.string() == nil && reader.word().isEmpty { return nil }
        } while reader.take(UInt8(ascii: ","))
        return nil
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
        digits.allSatisfy(isDigit) ? Int(String(decoding: digits, as: UTF8.self)) : nil
    }

    private static func trim(_ bytes: inout ArraySlice<UInt8>) {
        while let last = bytes.last, isSpace(last) { bytes.removeLast() }
    }

    fileprivate static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }
    fileprivate static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}

extension ArraySlice<UInt8> {
    /// The longest end whose bytes are all like this.
    fileprivate func suffix(while isIncluded: (UInt8) -> Bool) -> ArraySlice<UInt8> {
        self[(lastIndex { !isIncluded($0) }.map { $0 + 1 } ?? startIndex)...]
    }
}

/// Reads tokens from the beginning of a message.
private struct HeadReader {
    var rest: ArraySlice<UInt8>

    mutating func take(_ byte: UInt8) -> Bool {
        skipSpace()
        guard rest.first == byte else { return false }
        rest.removeFirst()
        return true
    }

    /// A string's bytes as they are written.
    mutating func string() -> ArraySlice<UInt8>? {
        guard take(UInt8(ascii: "\"")) else { return nil }
        let text = rest
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "\\") { _ = rest.popFirst() }
            if byte == UInt8(ascii: "\"") { return text[..<(rest.startIndex - 1)] }
        }
        return nil
    }

    /// A number or a literal; empty where neither stands.
    mutating func word() -> ArraySlice<UInt8> {
        skipSpace()
        let word = rest.prefix { $0 > 0x20 && $0 != UInt8(ascii: ",") && $0 != UInt8(ascii: "}") }
        if word.first == UInt8(ascii: "{") || word.first == UInt8(ascii: "[") { return [] }
        rest = rest.dropFirst(word.count)
        return word
    }

    private mutating func skipSpace() {
        rest = rest.drop { LongMessage.isSpace($0) }
    }
}
