/// Why a text was refused, and where: the first fault from the left, the same for the tree parser and the scanner.
package struct JSONError: Error, Sendable, Hashable {
    /// What is wrong at the place.
    package let fault: JSONFault
    /// The byte, counted from 0, that the fault is about; the text's length when the text ends too early.
    package let offset: Int

    /// Says that there is a fault at a place.
    package init(fault: JSONFault, offset: Int) {
        self.fault = fault
        self.offset = offset
    }

    /// A sentence for the person who has to repair the text.
    package var reason: String {
        "\(fault.statement) at byte \(offset)\(fault.remedy)."
    }
}

extension JSONError: CustomStringConvertible {
    package var description: String { reason }
}

/// The kinds of refusal, each with the facts that a caller may want to act on.
package enum JSONFault: Sendable, Hashable {
    /// The text stops before it is complete.
    case unexpectedEnd(expected: JSONExpectation)
    /// A byte that the grammar does not allow here.
    case unexpectedByte(UInt8, expected: JSONExpectation)
    /// A control character that stands in a string without an escape.
    case controlCharacter(UInt8)
    /// Overlong forms, surrogates, values beyond U+10FFFF, and sequences that are cut.
    case invalidUTF8
    /// A backslash that begins none of the nine escapes.
    case invalidEscape
    /// A `\u` escape that is one half of a pair: no Unicode text can hold it.
    case loneSurrogate
    /// RFC 8259 section 8.1 lets a parser ignore it; refusing it means that no two readers differ.
    case byteOrderMark
    /// More containers inside each other than the limit.
    case tooDeep(limit: Int)
    /// A text longer than the limit; nothing of it was read.
    case textTooLong(limit: Int)
    /// A string or name longer than the limit.
    case stringTooLong(limit: Int)
    /// A number longer than the limit.
    case numberTooLong(limit: Int)
    /// More values than a tree may have.
    case tooManyValues(limit: Int)
    /// A second member of a name that may stand once, whatever its spelling.
    case duplicateMember(name: String)
}

/// What the grammar would have taken at a place.
package enum JSONExpectation: String, Sendable, Hashable {
    case value = "a value"
    case nameOrEndOfObject = "a member name in quotes or '}'"
    case name = "a member name in quotes"
    case colon = "':'"
    case commaOrEndOfArray = "',' or ']'"
    case commaOrEndOfObject = "',' or '}'"
    case closingQuote = "the closing quote of a string"
    case hexadecimalDigit = "four hexadecimal digits"
    case digit = "a digit"
    case literal = "true, false or null"
    case endOfText = "nothing more"
}

extension JSONFault {
    fileprivate var statement: String {
        switch self {
        case .unexpectedEnd: "The JSON text ends"
        case .unexpectedByte(let byte, _): "The JSON text has \(Self.spelling(of: byte))"
        case .controlCharacter(let byte): "A JSON string has the control character \(Self.spelling(of: byte))"
        case .invalidUTF8: "A JSON string has bytes that are not UTF-8"
        case .invalidEscape: "A JSON string has an unknown escape"
        case .loneSurrogate: "A JSON string has one half of a surrogate pair"
        case .byteOrderMark: "The JSON text begins with a byte order mark"
        case .tooDeep(let limit): "The JSON text is nested deeper than \(limit) levels"
        case .textTooLong(let limit): "The JSON text is longer than the limit of \(limit) bytes"
        case .stringTooLong(let limit): "A JSON string is longer than the limit of \(limit) bytes"
        case .numberTooLong(let limit): "A JSON number is longer than the limit of \(limit) bytes"
        case .tooManyValues(let limit): "The JSON text has more than \(limit) values"
        case .duplicateMember(let name): "The member \"\(name)\" stands a second time"
        }
    }

    fileprivate var remedy: String {
        switch self {
        case .unexpectedEnd(let expected), .unexpectedByte(_, let expected): ", where \(expected.rawValue) was expected"
        case .controlCharacter: "; write it as an escape"
        case .duplicateMember: "; send it once"
        case .loneSurrogate: "; send both halves or the character itself"
        case .byteOrderMark: "; leave it out"
        case .invalidUTF8, .invalidEscape, .tooDeep, .textTooLong, .stringTooLong, .numberTooLong, .tooManyValues: ""
        }
    }

    private static func spelling(of byte: UInt8) -> String {
        if (0x21...0x7E).contains(byte) { return "'\(Character(UnicodeScalar(byte)))'" }
        let digits = String(byte, radix: 16, uppercase: true)
        return "0x" + (digits.count < 2 ? "0" : "") + digits
    }
}
