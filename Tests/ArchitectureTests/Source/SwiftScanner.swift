/// Splits Swift text into tokens and comments, well enough for rules about words.
///
/// Strings are one token `"`; what stands in `\( )` inside them is scanned as code. Regex literals are not known.
struct SwiftScanner {
    private(set) var tokens: [SwiftSource.Token] = []
    private(set) var comments: [Int: String] = [:]

    private let bytes: [UInt8]
    private var position = 0
    private var line = 1
    private var endOfLastToken = -1
    /// One entry for each `\(` that is open: its string's shape, and how many parentheses are open within.
    private var interpolations: [(string: StringShape, parentheses: Int)] = []

    private struct StringShape {
        let hashes: Int
        let isMultiline: Bool
    }

    init(_ text: String) { bytes = Array(text.utf8) }

    mutating func run() {
        while position < bytes.count { step() }
    }

    private mutating func step() {
        let byte = bytes[position]
        if byte == UInt8(ascii: "\n") {
            line += 1
            position += 1
        } else if byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r") {
            position += 1
        } else if starts(with: "//") {
            lineComment()
        } else if starts(with: "/*") {
            blockComment()
        } else if let shape = stringOpens() {
            emit("\"", from: position)
            position += shape.hashes + (shape.isMultiline ? 3 : 1)
            string(shape)
        } else if isWord(byte) {
            word()
        } else if byte == UInt8(ascii: "`") {
            position += 1
        } else {
            sign(byte)
        }
    }

    private mutating func sign(_ byte: UInt8) {
        if var open = interpolations.popLast() {
            if byte == UInt8(ascii: "(") { open.parentheses += 1 }
            if byte == UInt8(ascii: ")") {
                if open.parentheses == 0 {
                    position += 1
                    string(open.string)
                    return
                }
                open.parentheses -= 1
            }
            interpolations.append(open)
        }
        let start = position
        position += 1
        emit(String(decoding: [byte], as: UTF8.self), from: start)
    }

    private mutating func word() {
        let start = position
        while position < bytes.count, isWord(bytes[position]) { position += 1 }
        emit(String(decoding: bytes[start..<position], as: UTF8.self), from: start)
    }

    private mutating func lineComment() {
        let start = position
        while position < bytes.count, bytes[position] != UInt8(ascii: "\n") { position += 1 }
        comments[line] = String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private mutating func blockComment() {
        var depth = 0
        repeat {
            if starts(with: "/*") {
                depth += 1
                comments[line, default: ""] += "/*"
                position += 2
            } else if starts(with: "*/") {
                depth -= 1
                comments[line, default: ""] += "*/"
                position += 2
            } else {
                if bytes[position] == UInt8(ascii: "\n") { line += 1 }
                comments[line, default: ""] += String(decoding: [bytes[position]], as: UTF8.self)
                position += 1
            }
        } while depth > 0 && position < bytes.count
    }

    /// Passes over a string's text from behind its opening, or from behind an interpolation.
    private mutating func string(_ shape: StringShape) {
        let closing =
            String(repeating: "\"", count: shape.isMultiline ? 3 : 1) + String(repeating: "#", count: shape.hashes)
        let escape = "\\" + String(repeating: "#", count: shape.hashes)
        while position < bytes.count {
            if starts(with: closing) {
                position += closing.utf8.count
                endOfLastToken = position
                return
            }
            if starts(with: escape) {
                position += escape.utf8.count
                if position < bytes.count, bytes[position] == UInt8(ascii: "(") {
                    position += 1
                    interpolations.append((shape, 0))
                    return
                }
            }
            guard position < bytes.count else { return }
            if bytes[position] == UInt8(ascii: "\n") { line += 1 }
            position += 1
        }
    }

    private func stringOpens() -> StringShape? {
        var index = position
        while index < bytes.count, bytes[index] == UInt8(ascii: "#") { index += 1 }
        guard index < bytes.count, bytes[index] == UInt8(ascii: "\"") else { return nil }
        let isMultiline =
            index + 2 < bytes.count && bytes[index + 1] == bytes[index] && bytes[index + 2] == bytes[index]
        return StringShape(hashes: index - position, isMultiline: isMultiline)
    }

    private mutating func emit(_ text: String, from start: Int) {
        tokens.append(.init(text: text, line: line, isAttached: start == endOfLastToken))
        endOfLastToken = position
    }

    private func starts(with text: String) -> Bool { bytes[position...].starts(with: text.utf8) }

    private func isWord(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
            || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "_") || byte >= 0x80
    }
}
