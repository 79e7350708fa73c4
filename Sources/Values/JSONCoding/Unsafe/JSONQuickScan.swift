import CBytes

/// The scanner's quick way: one walk without errors that finds what the grammar would find, or gives up.
///
/// Who gets nothing from it lets `JSONGrammar` scan from the start, which knows what is wrong, or that nothing is: given up
/// are all broken texts, and of the good ones those with an escape in a name beside wanted ones, with more than 64 levels,
/// shorter than sixteen bytes or longer than a string may be. Strings with escapes or beyond ASCII are the grammar's too,
/// string by string.
///
/// Why this file is unsafe, and why that is sound: bytes are read without a check of their own. `last` is the place of the
/// `}` behind which there is only white space, and `byte` is asked only for places up to it: a walk begins at or before
/// `last`, and goes from a place to the next one only when the byte there is known not to be a `}`, or the place is known
/// not to be `last`. Within strings, where a `}` is a letter like any other, `stops` looks at sixteen bytes that it moves
/// into the text first, which has as many; the quote that ends a string is not at `last`, and not behind it, where only
/// white space is. Words are loaded of names that were found, and `literalEnd` compares its place with the count.
/// `findings` has a place for each slot that a query may name. The pointers do not leave the closures that lend them.
struct JSONQuickScan {
    private let base: UnsafeRawPointer
    private let count: Int
    private let last: Int
    private let numberBytes: Int
    private let table: UnsafePointer<JSONQuery.Quick>
    private let words: UnsafePointer<UInt64>
    private let findings: UnsafeMutablePointer<JSONFinding>

    /// Gives up: places are never negative.
    @inline(__always)
    private static var nothing: Int { -1 }
    private static let depthMax = 64
    private static let countMin = 16

    /// Puts the members that the query wants into `findings`; false when it gives up.
    @inline(__always)
    static func scan(
        _ message: borrowing Span<UInt8>, _ query: borrowing JSONQuery, _ limits: JSONLimits,
        _ findings: inout InlineArray<24, JSONFinding>
    ) -> Bool {
        guard message.count >= countMin, message.count <= min(limits.bytes, limits.stringBytes) else { return false }
        var slots = findings.mutableSpan
        return slots.withUnsafeMutableBufferPointer { slots in
            message.withUnsafeBytes { buffer in
                query.quick.withUnsafeBufferPointer { table in
                    query.names.words.withUnsafeBufferPointer { words in
                        guard let base = buffer.baseAddress, let table = table.baseAddress,
                            let words = words.baseAddress, let findings = slots.baseAddress
                        else { return false }
                        var last = buffer.count &- 1
                        while last > 0, isSpace(base.load(fromByteOffset: last, as: UInt8.self)) { last &-= 1 }
                        guard base.load(fromByteOffset: last, as: UInt8.self) == UInt8(ascii: "}") else { return false }
                        var scan = JSONQuickScan(
                            base: base, count: buffer.count, last: last, numberBytes: limits.numberBytes, table: table,
                            words: words, findings: findings)
                        return scan.root(query.root, min(limits.depth, depthMax))
                    }
                }
            }
        }
    }

    private mutating func root(_ group: JSONNames.Group, _ room: Int) -> Bool {
        let start = byte(0) <= 0x20 ? afterSpace(0) : 0
        guard byte(start) == UInt8(ascii: "{") else { return false }
        return object(start, room, group) == last &+ 1
    }

    // MARK: Members that are wanted

    /// The place behind the object at `start`, some of whose members are wanted.
    private mutating func object(_ start: Int, _ room: Int, _ group: JSONNames.Group) -> Int {
        guard room > 0 else { return Self.nothing }
        var place = start &+ 1
        if byte(place) <= 0x20 { place = afterSpace(place) }
        if byte(place) == UInt8(ascii: "}") { return place &+ 1 }
        while true {
            guard byte(place) == UInt8(ascii: "\"") else { return Self.nothing }
            let name = place &+ 1
            let nameEnd = plainStringEnd(name)
            guard nameEnd >= 0 else { return Self.nothing }
            let value = valueStart(nameEnd)
            guard value >= 0 else { return Self.nothing }
            let index = index(of: name, nameEnd, group)
            if index < 0 {
                place = valueEnd(value, room &- 1)
            } else {
                place = wantedEnd(value, room &- 1, table + index)
            }
            guard UInt(bitPattern: place) <= UInt(bitPattern: last) else { return Self.nothing }
            if byte(place) <= 0x20 { place = afterSpace(place) }
            if byte(place) == UInt8(ascii: ",") {
                place &+= 1
                if byte(place) <= 0x20 { place = afterSpace(place) }
                continue
            }
            guard byte(place) == UInt8(ascii: "}") else { return Self.nothing }
            return place &+ 1
        }
    }

    /// The place behind a wanted value, which is put into `findings`.
    @inline(__always)
    private mutating func wantedEnd(_ start: Int, _ room: Int, _ target: UnsafePointer<JSONQuery.Quick>) -> Int {
        let finding = findings + Int(target.pointee.slot)
        if target.pointee.isUnique, finding.pointee.isPresent { return Self.nothing }
        let first = byte(start)
        if first == UInt8(ascii: "\"") {
            let end = stringEnd(start &+ 1)
            guard end >= 0 else { return Self.nothing }
            let place = end &>> 1 &+ 1
            finding.pointee = JSONFinding(start, place, kind: .string, hasEscape: end & 1 != 0)
            return place
        }
        let place =
            first == UInt8(ascii: "{") && target.pointee.hasInner
            ? object(start, room, target.pointee.inner) : valueEnd(start, room)
        guard place >= 0 else { return Self.nothing }
        finding.pointee = JSONFinding(start, place, kind: JSONKind(firstByte: first), hasEscape: false)
        return place
    }

    /// The index in the table of a name that has no escape, or a negative number.
    @inline(__always)
    private mutating func index(of start: Int, _ end: Int, _ group: JSONNames.Group) -> Int {
        let length = end &- start
        let first: UInt64
        let final: UInt64
        if length >= 8 {
            // Both words are parts of the name.
            first = word(start)
            final = word(end &- 8)
        } else {
            // Eight bytes from the name's first one on, or up to its last one: of the sixteen that a text has, one is there.
            let bits = UInt64(truncatingIfNeeded: length &* 8)
            first =
                start &+ 8 <= count
                ? word(start) & (1 &<< bits &- 1) : length == 0 ? 0 : word(end &- 8) &>> (64 &- bits)
            final = first
        }
        var index = group.start &+ Int(truncatingIfNeeded: ((first &+ final) &* group.multiplier) &>> group.shift)
        while true {
            let entry = table + index
            if entry.pointee.first == first, entry.pointee.last == final, Int(entry.pointee.length) == length,
                length <= 16 || hasSameMiddle(start, length, words + Int(entry.pointee.words))
            {
                return index
            }
            guard entry.pointee.length >= 0 else { return Self.nothing }
            index &+= 1
        }
    }

    @inline(__always)
    private mutating func hasSameMiddle(_ start: Int, _ length: Int, _ words: UnsafePointer<UInt64>) -> Bool {
        var offset = 8
        while offset < length &- 8 {
            guard word(start &+ offset) == words[offset &>> 3] else { return false }
            offset &+= 8
        }
        return true
    }

    // MARK: Values of which nothing is wanted

    /// The place behind the value at `start`, which may go `room` levels deep.
    @inline(__always)
    private mutating func valueEnd(_ start: Int, _ room: Int) -> Int {
        let first = byte(start)
        if first == UInt8(ascii: "\"") {
            let end = stringEnd(start &+ 1)
            return end >= 0 ? end &>> 1 &+ 1 : Self.nothing
        }
        if first == UInt8(ascii: "{") || first == UInt8(ascii: "[") { return containerEnd(start, room) }
        return first &- 0x30 < 10 || first == UInt8(ascii: "-") ? numberEnd(start) : literalEnd(start)
    }

    /// The place behind the array or object at `start`: no recursion, a bit for each level says which of the two it is.
    private mutating func containerEnd(_ start: Int, _ room: Int) -> Int {
        var place = start
        var depth = 0
        var objects: UInt64 = 0
        while true {
            // At a value.
            let first = byte(place)
            if first == UInt8(ascii: "\"") {
                let end = stringEnd(place &+ 1)
                guard end >= 0 else { return Self.nothing }
                place = end &>> 1 &+ 1
            } else if first == UInt8(ascii: "{") {
                guard depth < room else { return Self.nothing }
                place &+= 1
                if byte(place) <= 0x20 { place = afterSpace(place) }
                if byte(place) == UInt8(ascii: "}") {
                    guard place != last else { return Self.nothing }
                    place &+= 1
                } else {
                    depth &+= 1
                    objects = objects &<< 1 | 1
                    place = afterName(place)
                    guard place >= 0 else { return Self.nothing }
                    continue
                }
            } else if first == UInt8(ascii: "[") {
                guard depth < room else { return Self.nothing }
                place &+= 1
                if byte(place) <= 0x20 { place = afterSpace(place) }
                if byte(place) == UInt8(ascii: "]") {
                    place &+= 1
                } else {
                    depth &+= 1
                    objects = objects &<< 1
                    continue
                }
            } else {
                place = first &- 0x30 < 10 || first == UInt8(ascii: "-") ? numberEnd(place) : literalEnd(place)
                guard place >= 0 else { return Self.nothing }
            }
            // Behind a value.
            while true {
                if depth == 0 { return place }
                if byte(place) <= 0x20 { place = afterSpace(place) }
                let next = byte(place)
                if next == UInt8(ascii: ",") {
                    place &+= 1
                    if byte(place) <= 0x20 { place = afterSpace(place) }
                    if objects & 1 != 0 {
                        place = afterName(place)
                        guard place >= 0 else { return Self.nothing }
                    }
                    break
                }
                guard next == (objects & 1 != 0 ? UInt8(ascii: "}") : UInt8(ascii: "]")), place != last else {
                    return Self.nothing
                }
                place &+= 1
                depth &-= 1
                objects &>>= 1
            }
        }
    }

    /// The place of the value whose name's opening quote should be at `place`.
    @inline(__always)
    private mutating func afterName(_ place: Int) -> Int {
        guard byte(place) == UInt8(ascii: "\"") else { return Self.nothing }
        let end = stringEnd(place &+ 1)
        return end >= 0 ? valueStart(end &>> 1) : Self.nothing
    }

    /// The place of the value whose name's closing quote is at `quote`.
    @inline(__always)
    private mutating func valueStart(_ quote: Int) -> Int {
        var place = quote &+ 1
        if byte(place) <= 0x20 { place = afterSpace(place) }
        guard byte(place) == UInt8(ascii: ":") else { return Self.nothing }
        place &+= 1
        return byte(place) <= 0x20 ? afterSpace(place) : place
    }

    // MARK: Tokens

    /// Behind the number at `start`, RFC 8259 section 6.
    @inline(__always)
    private mutating func numberEnd(_ start: Int) -> Int {
        var place = start
        if byte(place) == UInt8(ascii: "-") { place &+= 1 }
        if byte(place) == UInt8(ascii: "0") {
            place &+= 1
        } else {
            place = digitsEnd(place)
        }
        if place >= 0, byte(place) == UInt8(ascii: ".") { place = digitsEnd(place &+ 1) }
        if place >= 0, byte(place) | 0x20 == UInt8(ascii: "e") {
            place &+= 1
            if byte(place) == UInt8(ascii: "+") || byte(place) == UInt8(ascii: "-") { place &+= 1 }
            place = digitsEnd(place)
        }
        return place &- start <= numberBytes ? place : Self.nothing
    }

    /// Behind one or more digits.
    @inline(__always)
    private mutating func digitsEnd(_ start: Int) -> Int {
        var place = start
        while byte(place) &- 0x30 < 10 { place &+= 1 }
        return place > start ? place : Self.nothing
    }

    /// Behind `true`, `false` or `null`. None of their letters is a `}`, so what follows them is at `last` at most.
    @inline(__always)
    private mutating func literalEnd(_ start: Int) -> Int {
        guard start &+ 4 < count else { return Self.nothing }
        let letters = base.loadUnaligned(fromByteOffset: start, as: UInt32.self).littleEndian
        if letters == 0x6575_7274 || letters == 0x6C6C_756E { return start &+ 4 }
        return letters == 0x736C_6166 && byte(start &+ 4) == UInt8(ascii: "e") ? start &+ 5 : Self.nothing
    }

    /// The place of the quote that ends the string of plain ASCII which begins at `start`; nothing for other strings.
    @inline(__always)
    private mutating func plainStringEnd(_ start: Int) -> Int {
        let stop = firstStop(start)
        return stop >= 0 && byte(stop) == UInt8(ascii: "\"") ? stop : Self.nothing
    }

    /// Twice the place of the quote that ends the string which begins at `start`, and one more if it has an escape.
    @inline(__always)
    private mutating func stringEnd(_ start: Int) -> Int {
        let stop = firstStop(start)
        guard stop >= 0 else { return Self.nothing }
        return byte(stop) == UInt8(ascii: "\"") ? stop &<< 1 : anyStringEnd(start, from: stop)
    }

    /// The first place from `start` on at which plain text stops, or nothing; it is in the text, so that it may be read.
    @inline(__always)
    private mutating func firstStop(_ start: Int) -> Int {
        var place = start
        while place <= count &- 16 {
            let stops = patchbay_string_stops(base + place)
            if stops != 0 { return place &+ stops.trailingZeroBitCount }
            place &+= 16
        }
        return lateStop(place)
    }

    /// The same within the last sixteen bytes, those of them that are before `place` moved out.
    @inline(never)
    private mutating func lateStop(_ place: Int) -> Int {
        let before = place &- (count &- 16)
        let stops = patchbay_string_stops(base + (count &- 16)) >> UInt32(truncatingIfNeeded: before)
        return stops != 0 ? place &+ stops.trailingZeroBitCount : Self.nothing
    }

    /// The end of a string by the grammar, as `stringEnd` has it, where the bytes before `place` are plain ASCII.
    @inline(never)
    private mutating func anyStringEnd(_ start: Int, from place: Int) -> Int {
        let grammar = JSONGrammar(
            text: JSONText(UnsafeRawBufferPointer(start: base, count: count)), limits: JSONLimits(stringBytes: .max))
        guard let end = try? grammar.anyStringEnd(start, from: place) else { return Self.nothing }
        return end.quote &<< 1 | (end.hasEscape ? 1 : 0)
    }

    // MARK: Bytes

    /// The place of the next byte that is not white space.
    @inline(never)
    private mutating func afterSpace(_ start: Int) -> Int {
        var place = start
        while Self.isSpace(byte(place)) {
            place &+= 1
            // Indentation is mostly spaces.
            while place &+ 8 <= count, word(place) == 0x2020_2020_2020_2020 { place &+= 8 }
        }
        return place
    }

    @inline(__always)
    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
    }

    /// The byte at a place that is not behind `last`, or known to be in the text.
    @inline(__always)
    private mutating func byte(_ place: Int) -> UInt8 {
        base.load(fromByteOffset: place, as: UInt8.self)
    }

    /// Eight bytes that are known to be in the text, the first one lowest.
    @inline(__always)
    private mutating func word(_ place: Int) -> UInt64 {
        UInt64(littleEndian: base.loadUnaligned(fromByteOffset: place, as: UInt64.self))
    }
}
