/// Makes a tree of a text: strict RFC 8259, bounded, and lossless for everything but white space and escapes.
///
/// For what passes through, use `JSONScanner`; a tree is for what must be changed or understood as a whole.
package enum JSONParser {
    /// The value that the text is, or the first fault in it.
    package static func parse(_ text: [UInt8], limits: JSONLimits = JSONLimits()) throws(JSONError) -> JSONValue {
        try parse(text.span, limits: limits)
    }

    /// The value of a text that lies somewhere else than in an array of its own.
    package static func parse(_ text: Span<UInt8>, limits: JSONLimits = JSONLimits()) throws(JSONError) -> JSONValue {
        try JSONText.reading(text) { (text) throws(JSONError) -> JSONValue in
            var builder = TreeBuilder(grammar: JSONGrammar(text: text, limits: limits))
            return try builder.root()
        }
    }
}

/// The parse under way: `place` is where the next token begins.
private struct TreeBuilder {
    let grammar: JSONGrammar
    private var place = 0
    private var valuesLeft: Int
    /// Where escaped strings are decoded, kept to be used again.
    private var decoded: [UInt8] = []

    init(grammar: JSONGrammar) {
        self.grammar = grammar
        valuesLeft = grammar.limits.values
    }

    private var text: JSONText { grammar.text }

    mutating func root() throws(JSONError) -> JSONValue {
        place = try grammar.rootStart()
        let value = try value(room: grammar.limits.depth)
        try grammar.checkEnd(place)
        return value
    }

    private mutating func value(room: Int) throws(JSONError) -> JSONValue {
        guard valuesLeft > 0 else {
            throw JSONError(fault: .tooManyValues(limit: grammar.limits.values), offset: place)
        }
        valuesLeft -= 1
        switch text[place] {
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "{"): return .object(JSONObject(try members(room: room)))
        case UInt8(ascii: "["): return .array(try elements(room: room))
        case UInt8(ascii: "-"), 0x30...0x39: return .number(try number())
        case UInt8(ascii: "t"), UInt8(ascii: "f"), UInt8(ascii: "n"): return try literal()
        default: throw grammar.unexpected(at: place, expected: .value)
        }
    }

    private mutating func string() throws(JSONError) -> String {
        let start = place + 1
        let end = try grammar.stringEnd(start)
        place = end.quote + 1
        guard end.hasEscape else { return text.string(start..<end.quote) }
        decoded.removeAll(keepingCapacity: true)
        grammar.appendDecoded(start..<end.quote, to: &decoded)
        return String(decoding: decoded, as: UTF8.self)
    }

    private mutating func number() throws(JSONError) -> JSONNumber {
        let start = place
        place = try grammar.numberEnd(start)
        return JSONNumber(validated: text.string(start..<place))
    }

    private mutating func literal() throws(JSONError) -> JSONValue {
        let first = text[place]
        place = try grammar.literalEnd(place)
        return first == UInt8(ascii: "n") ? .null : .bool(first == UInt8(ascii: "t"))
    }

    private mutating func members(room: Int) throws(JSONError) -> [JSONObject.Member] {
        guard room > 0 else { throw grammar.tooDeep(at: place) }
        var members: [JSONObject.Member] = []
        var name = try grammar.firstName(place)
        while name >= 0 {
            place = name
            let spelling = try string()
            place = try grammar.valueStart(place - 1)
            members.append(JSONObject.Member(name: spelling, value: try value(room: room - 1)))
            name = try grammar.nextName(place)
        }
        place = ~name
        return members
    }

    private mutating func elements(room: Int) throws(JSONError) -> [JSONValue] {
        guard room > 0 else { throw grammar.tooDeep(at: place) }
        var elements: [JSONValue] = []
        var element = grammar.firstElement(place)
        while element >= 0 {
            place = element
            elements.append(try value(room: room - 1))
            element = try grammar.nextElement(place)
        }
        place = ~element
        return elements
    }
}
