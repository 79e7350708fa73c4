import JSONCoding

/// One pass over the bytes of a value: each function takes where something begins, and returns where it ends or a verdict.
///
/// The bytes have been validated. Should they not be JSON all the same, the result is wrong but the reading is safe, and it
/// ends: every step moves on, and outside of the text all bytes are NUL, which nothing here takes.
struct QuickReader {
    /// Instead of an end: the value is not allowed.
    static let refused = -1
    /// Instead of an end: only the tree can tell.
    static let open = -2
    /// Values inside each other; validated text is no deeper.
    static let depthMax = JSONLimits.depthMax

    let schema: QuickSchema
    let text: QuickText

    @inline(__always)
    func valueEnd(_ place: Int, _ node: QuickNode, _ room: Int) -> Int {
        switch text[place] {
        case UInt8(ascii: "\""): stringEnd(place, node)
        case UInt8(ascii: "{"): objectEnd(place, node, room)
        case UInt8(ascii: "["): arrayEnd(place, node, room)
        case UInt8(ascii: "t"), UInt8(ascii: "n"): literalEnd(place, 4, node)
        case UInt8(ascii: "f"): literalEnd(place, 5, node)
        default: numberEnd(place, node)
        }
    }

    /// The verdict that the type alone gives, if it gives one.
    @inline(__always)
    private func verdict(_ type: SchemaTypes, _ node: QuickNode) -> Int? {
        guard node.types.rawValue & type.rawValue != 0 else { return Self.refused }
        return node.open.rawValue & type.rawValue != 0 ? Self.open : nil
    }

    @inline(__always)
    private func literalEnd(_ place: Int, _ length: Int, _ node: QuickNode) -> Int {
        verdict(text[place] == UInt8(ascii: "n") ? .null : .boolean, node) ?? place &+ length
    }

    @inline(__always)
    private func member(_ place: Int, _ index: Int, _ room: Int) -> Int {
        if index >= 0 { return valueEnd(place, schema.nodes[index], room) }
        return index == QuickObject.anything ? anyEnd(place) : Self.refused
    }
}

// MARK: Containers

extension QuickReader {
    @inline(never)
    private func objectEnd(_ start: Int, _ node: QuickNode, _ room: Int) -> Int {
        if let verdict = verdict(.object, node) { return verdict }
        guard room > 0 else { return Self.open }
        guard node.object >= 0 else { return anyEnd(start) }
        let rule = schema.objects[Int(node.object)]
        var seen: UInt64 = 0
        var count = 0
        var place = afterWhitespace(start &+ 1)
        if text[place] != UInt8(ascii: "}") {
            while true {
                guard text[place] == UInt8(ascii: "\"") else { return Self.open }
                let quote = plainQuote(place &+ 1)
                guard quote >= 0 else { return Self.open }
                let name = Range(uncheckedBounds: (place &+ 1, quote))
                place = afterWhitespace(afterWhitespace(quote &+ 1) &+ 1)
                if let index = schema.names.index(of: name, in: text, of: rule.names) {
                    seen |= 1 &<< UInt64(truncatingIfNeeded: index)
                    place = member(place, schema.members[rule.members &+ index], room &- 1)
                } else {
                    place = member(place, rule.additional, room &- 1)
                }
                guard place >= 0 else { return place }
                count &+= 1
                place = afterWhitespace(place)
                guard text[place] == UInt8(ascii: ",") else { break }
                place = afterWhitespace(place &+ 1)
            }
            guard text[place] == UInt8(ascii: "}") else { return Self.open }
        }
        let isComplete = seen & rule.required == rule.required && count >= rule.countLeast && count <= rule.countMost
        return isComplete ? place &+ 1 : Self.refused
    }

    @inline(never)
    private func arrayEnd(_ start: Int, _ node: QuickNode, _ room: Int) -> Int {
        if let verdict = verdict(.array, node) { return verdict }
        guard room > 0 else { return Self.open }
        guard node.array >= 0 else { return anyEnd(start) }
        let rule = schema.arrays[Int(node.array)]
        var count = 0
        var place = afterWhitespace(start &+ 1)
        if text[place] != UInt8(ascii: "]") {
            while true {
                place = member(place, rule.element, room &- 1)
                guard place >= 0 else { return place }
                count &+= 1
                place = afterWhitespace(place)
                guard text[place] == UInt8(ascii: ",") else { break }
                place = afterWhitespace(place &+ 1)
            }
            guard text[place] == UInt8(ascii: "]") else { return Self.open }
        }
        return count >= rule.countLeast && count <= rule.countMost ? place &+ 1 : Self.refused
    }

    /// The end of a value that may be anything.
    @inline(never)
    private func anyEnd(_ start: Int) -> Int {
        var place = start
        var depth = 0
        while true {
            switch text[place] {
            case UInt8(ascii: "\""):
                var hasEscape = false
                place = quote(place &+ 1, &hasEscape)
                guard place >= 0 else { return Self.open }
                place &+= 1
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth &+= 1
                place &+= 1
                continue
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth &-= 1
                place &+= 1
            case UInt8(ascii: ","), UInt8(ascii: ":"), 0x20, 0x0A, 0x0D, 0x09:
                place &+= 1
                continue
            default:
                let end = wordEnd(place)
                guard end > place else { return Self.open }
                place = end
            }
            guard depth > 0 else { return depth == 0 ? place : Self.open }
        }
    }
}

// MARK: Scalars

extension QuickReader {
    @inline(__always)
    private func stringEnd(_ start: Int, _ node: QuickNode) -> Int {
        if let verdict = verdict(.string, node) { return verdict }
        var hasEscape = false
        let quote = quote(start &+ 1, &hasEscape)
        guard node.string >= 0, quote >= 0 else { return quote >= 0 ? quote &+ 1 : Self.open }
        guard !hasEscape else { return Self.open }
        return isAllowed(Range(uncheckedBounds: (start &+ 1, quote)), node.string) ? quote &+ 1 : Self.refused
    }

    @inline(never)
    private func isAllowed(_ range: Range<Int>, _ index: Int32) -> Bool {
        let rule = schema.strings[Int(index)]
        if let names = rule.names, schema.names.index(of: range, in: text, of: names) == nil { return false }
        // A character has one to four bytes: often that is enough to know.
        let bytes = range.count
        if bytes / 4 >= rule.lengthLeast, bytes <= rule.lengthMost { return true }
        guard bytes >= rule.lengthLeast else { return false }
        var length = 0
        for place in range where text[place] & 0xC0 != 0x80 { length &+= 1 }
        return length >= rule.lengthLeast && length <= rule.lengthMost
    }

    @inline(__always)
    private func numberEnd(_ start: Int, _ node: QuickNode) -> Int {
        let allowed = node.types.intersection(.number)
        guard !allowed.isEmpty else { return isNumber(start) ? Self.refused : Self.open }
        guard node.open.isDisjoint(with: .number) else { return Self.open }
        if allowed == .number, node.number < 0 {
            let end = wordEnd(start)
            return end > start ? end : Self.open
        }
        return integerEnd(start, node, allowed)
    }

    /// Decides on whole numbers of at most 18 digits without point and exponent.
    @inline(__always)
    private func integerEnd(_ start: Int, _ node: QuickNode, _ allowed: SchemaTypes) -> Int {
        let isNegative = text[start] == UInt8(ascii: "-")
        let first = isNegative ? start &+ 1 : start
        var place = first
        var amount = 0
        while text[place] &- 0x30 < 10 {
            amount = amount &* 10 &+ Int(text[place] &- 0x30)
            place &+= 1
        }
        let digits = place &- first
        guard digits > 0, digits <= 18, text[place] | 0x20 != UInt8(ascii: "e"), text[place] != UInt8(ascii: ".") else {
            return Self.open
        }
        guard allowed.contains(.integer) else { return Self.refused }
        guard node.number >= 0 else { return place }
        let rule = schema.numbers[Int(node.number)]
        if isNegative { amount = 0 &- amount }
        return amount >= rule.least && amount <= rule.most ? place : Self.refused
    }

    @inline(__always)
    private func isNumber(_ place: Int) -> Bool {
        text[place] &- 0x30 < 10 || text[place] == UInt8(ascii: "-")
    }

    /// The end of a number or a literal: the next byte that can be in none.
    @inline(__always)
    private func wordEnd(_ start: Int) -> Int {
        var place = start
        while true {
            switch text[place] {
            case 0x30...0x39, UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"), UInt8(ascii: "+"),
                UInt8(ascii: "."), UInt8(ascii: "E"):
                place &+= 1
            default: return place
            }
        }
    }

    @inline(__always)
    private func afterWhitespace(_ start: Int) -> Int {
        var place = start
        while text[place] &- 1 < 0x20 { place &+= 1 }
        return place
    }

    /// The closing quote of a string without escapes, or `open`.
    @inline(__always)
    private func plainQuote(_ start: Int) -> Int {
        var hasEscape = false
        let quote = quote(start, &hasEscape)
        return hasEscape ? Self.open : quote
    }

    /// The closing quote of a string, or `open` if there is none.
    @inline(__always)
    private func quote(_ start: Int, _ hasEscape: inout Bool) -> Int {
        var place = start
        while true {
            while let word = text.word(at: place) {
                let stops = Self.stops(in: word)
                guard stops == 0 else {
                    place &+= stops.trailingZeroBitCount &>> 3
                    break
                }
                place &+= 8
            }
            switch text[place] {
            case UInt8(ascii: "\""): return place
            case UInt8(ascii: "\\"):
                hasEscape = true
                place &+= 2
            case 0: return Self.open
            default: place &+= 1
            }
        }
    }

    /// Marks the first byte of a word that is a quote or a backslash; marks behind it can be wrong.
    @inline(__always)
    private static func stops(in word: UInt64) -> UInt64 {
        let quote = word ^ 0x2222_2222_2222_2222
        let backslash = word ^ 0x5C5C_5C5C_5C5C_5C5C
        let ones: UInt64 = 0x0101_0101_0101_0101
        return ((quote &- ones) & ~quote | (backslash &- ones) & ~backslash) & 0x8080_8080_8080_8080
    }
}
