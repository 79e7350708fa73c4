/// The steps from value to value. A place that means "the container is over" comes inverted, as `~(the place behind it)`.
///
/// Each looks first for what a compact text has, then for the one space that many encoders write, then for the rest.
extension JSONGrammar {
    /// The place of the first name of the object at `start`, or, inverted, the place behind the object.
    @inline(__always)
    func firstName(_ start: Int) throws(JSONError) -> Int {
        if text[start &+ 1] == UInt8(ascii: "\"") { return start &+ 1 }
        let place = afterWhitespace(start &+ 1)
        if text[place] == UInt8(ascii: "}") { return ~(place &+ 1) }
        guard text[place] == UInt8(ascii: "\"") else { throw unexpected(at: place, expected: .nameOrEndOfObject) }
        return place
    }

    /// The place of the value whose name's closing quote is at `quote`.
    @inline(__always)
    func valueStart(_ quote: Int) throws(JSONError) -> Int {
        if text[quote &+ 1] == UInt8(ascii: ":") {
            let next = text[quote &+ 2]
            if next > 0x20 { return quote &+ 2 }
            if next == 0x20, text[quote &+ 3] > 0x20 { return quote &+ 3 }
        }
        let colon = afterWhitespace(quote &+ 1)
        guard text[colon] == UInt8(ascii: ":") else { throw unexpected(at: colon, expected: .colon) }
        return afterWhitespace(colon &+ 1)
    }

    /// The place of the name that follows a member's value which ended at `end`, or, inverted, the place behind the object.
    @inline(__always)
    func nextName(_ end: Int) throws(JSONError) -> Int {
        if text[end] == UInt8(ascii: ",") {
            let next = text[end &+ 1]
            if next == UInt8(ascii: "\"") { return end &+ 1 }
            if next == 0x20, text[end &+ 2] == UInt8(ascii: "\"") { return end &+ 2 }
        }
        let comma = afterWhitespace(end)
        if text[comma] == UInt8(ascii: "}") { return ~(comma &+ 1) }
        guard text[comma] == UInt8(ascii: ",") else { throw unexpected(at: comma, expected: .commaOrEndOfObject) }
        let name = afterWhitespace(comma &+ 1)
        guard text[name] == UInt8(ascii: "\"") else { throw unexpected(at: name, expected: .name) }
        return name
    }

    /// The place of the first element of the array at `start`, or, inverted, the place behind the array.
    @inline(__always)
    func firstElement(_ start: Int) -> Int {
        let place = afterWhitespace(start &+ 1)
        return text[place] == UInt8(ascii: "]") ? ~(place &+ 1) : place
    }

    /// The place of the element that follows the one which ended at `end`, or, inverted, the place behind the array.
    @inline(__always)
    func nextElement(_ end: Int) throws(JSONError) -> Int {
        if text[end] == UInt8(ascii: ",") {
            let next = text[end &+ 1]
            if next > 0x20 { return end &+ 1 }
            if next == 0x20, text[end &+ 2] > 0x20 { return end &+ 2 }
        }
        let comma = afterWhitespace(end)
        if text[comma] == UInt8(ascii: "]") { return ~(comma &+ 1) }
        guard text[comma] == UInt8(ascii: ",") else { throw unexpected(at: comma, expected: .commaOrEndOfArray) }
        return afterWhitespace(comma &+ 1)
    }
}
