extension JSONGrammar {
    /// The place behind the number that begins at `start`, RFC 8259 section 6.
    @inline(__always)
    func numberEnd(_ start: Int) throws(JSONError) -> Int {
        var place = start
        if text[place] == UInt8(ascii: "-") { place &+= 1 }
        if text[place] == UInt8(ascii: "0") { place &+= 1 } else { place = try digitsEnd(place) }
        if text[place] == UInt8(ascii: ".") { place = try digitsEnd(place &+ 1) }
        if text[place] | 0x20 == UInt8(ascii: "e") {
            place &+= 1
            if text[place] == UInt8(ascii: "+") || text[place] == UInt8(ascii: "-") { place &+= 1 }
            place = try digitsEnd(place)
        }
        guard place &- start <= limits.numberBytes else {
            throw JSONError(fault: .numberTooLong(limit: limits.numberBytes), offset: start)
        }
        return place
    }

    /// The place behind one or more digits.
    @inline(__always)
    private func digitsEnd(_ start: Int) throws(JSONError) -> Int {
        var place = start
        while text[place] &- 0x30 < 10 { place &+= 1 }
        guard place > start else { throw unexpected(at: start, expected: .digit) }
        return place
    }
}
