/// Validates a whole message in one pass, builds nothing, and remembers where the wanted members are.
///
/// The query's objects are walked by `object`, everything else is skipped (and checked) by `valueEnd`. Both recurse once
/// a level and count down the room that the depth limit leaves, so a hostile text cannot use up the stack.
package struct JSONScanner: Sendable {
    private let query: JSONQuery
    private let limits: JSONLimits

    /// Makes a scanner for messages of one sort; it has no state, so one serves all threads.
    package init(query: JSONQuery, limits: JSONLimits = JSONLimits()) {
        self.query = query
        self.limits = limits
    }

    /// Scans a message, or says what is wrong with it; `limits` can be others for one message.
    @inline(__always)
    package func scan(_ message: [UInt8], limits: JSONLimits? = nil) throws(JSONError) -> JSONFindings {
        try scan(message.span, limits: limits)
    }

    /// Scans a message that lies somewhere else than in an array of its own.
    package func scan(_ message: Span<UInt8>, limits: JSONLimits? = nil) throws(JSONError) -> JSONFindings {
        let limits = limits ?? self.limits
        var findings = JSONFindings(rootKind: .object)
        if JSONQuickScan.scan(message, query, limits, &findings.slots) { return findings }
        return try scanByGrammar(message, limits)
    }

    @inline(never)
    private func scanByGrammar(_ message: Span<UInt8>, _ limits: JSONLimits) throws(JSONError) -> JSONFindings {
        try JSONText.reading(message) { (text) throws(JSONError) -> JSONFindings in
            let grammar = JSONGrammar(text: text, limits: limits)
            let start = try grammar.rootStart()
            var findings = JSONFindings(rootKind: JSONKind(firstByte: text[start]))
            let end =
                if findings.rootKind == .object {
                    try grammar.objectEnd(start, limits.depth, query.root, query, &findings)
                } else {
                    try grammar.valueEnd(start, limits.depth)
                }
            try grammar.checkEnd(end)
            return findings
        }
    }
}

extension JSONKind {
    /// What a value that begins with this byte must be if it is one at all.
    @inline(__always)
    init(firstByte: UInt8) {
        switch firstByte {
        case UInt8(ascii: "\""): self = .string
        case UInt8(ascii: "{"): self = .object
        case UInt8(ascii: "["): self = .array
        case UInt8(ascii: "t"), UInt8(ascii: "f"): self = .bool
        case UInt8(ascii: "n"): self = .null
        default: self = .number
        }
    }
}

extension JSONGrammar {
    /// The place behind the value at `place`, of which nothing is wanted; `room` is how much deeper it may go.
    @inline(__always)
    func valueEnd(_ place: Int, _ room: Int) throws(JSONError) -> Int {
        switch text[place] {
        case UInt8(ascii: "\""): try stringEnd(place &+ 1).quote &+ 1
        case UInt8(ascii: "{"): try objectEnd(place, room)
        case UInt8(ascii: "["): try arrayEnd(place, room)
        case UInt8(ascii: "-"), 0x30...0x39: try numberEnd(place)
        case UInt8(ascii: "t"), UInt8(ascii: "f"), UInt8(ascii: "n"): try literalEnd(place)
        default: throw unexpected(at: place, expected: .value)
        }
    }

    private func objectEnd(_ start: Int, _ room: Int) throws(JSONError) -> Int {
        guard room > 0 else { throw tooDeep(at: start) }
        var name = try firstName(start)
        while name >= 0 {
            let value = try valueStart(try stringEnd(name &+ 1).quote)
            name = try nextName(try valueEnd(value, room &- 1))
        }
        return ~name
    }

    private func arrayEnd(_ start: Int, _ room: Int) throws(JSONError) -> Int {
        guard room > 0 else { throw tooDeep(at: start) }
        var element = firstElement(start)
        while element >= 0 { element = try nextElement(try valueEnd(element, room &- 1)) }
        return ~element
    }

    /// The place behind the object at `start`, with its members of a group of the query put into `findings`.
    @inline(never)
    func objectEnd(
        _ start: Int, _ room: Int, _ group: JSONNames.Group, _ query: borrowing JSONQuery,
        _ findings: inout JSONFindings
    ) throws(JSONError) -> Int {
        guard room > 0 else { throw tooDeep(at: start) }
        var name = try firstName(start)
        while name >= 0 {
            let nameEnd = try stringEnd(name &+ 1)
            let value = try valueStart(nameEnd.quote)
            let end =
                if let index = wantedIndex(name &+ 1, nameEnd, group, query) {
                    try wantedEnd(value, room &- 1, index, name, query, &findings)
                } else {
                    try valueEnd(value, room &- 1)
                }
            name = try nextName(end)
        }
        return ~name
    }

    @inline(__always)
    private func wantedIndex(
        _ start: Int, _ end: JSONStringEnd, _ group: JSONNames.Group, _ query: borrowing JSONQuery
    ) -> Int? {
        let range = Range(uncheckedBounds: (start, end.quote))
        return end.hasEscape ? decodedIndex(range, group, query) : query.names.index(of: range, in: text, of: group)
    }

    /// Compares what an escaped name means, not how it is written: another reader of the message will do so too.
    @inline(never)
    private func decodedIndex(_ range: Range<Int>, _ group: JSONNames.Group, _ query: borrowing JSONQuery) -> Int? {
        var name: [UInt8] = []
        appendDecoded(range, to: &name)
        let names = query.names
        return JSONText.reading(name.span) { names.index(of: 0..<$0.count, in: $0, of: group) }
    }

    /// The place behind a wanted value, which is put into `findings`.
    @inline(__always)
    private func wantedEnd(
        _ start: Int, _ room: Int, _ index: Int, _ name: Int, _ query: borrowing JSONQuery,
        _ findings: inout JSONFindings
    ) throws(JSONError) -> Int {
        let target = query.targets[index]
        if target.isUnique, findings.has(target.slot) {
            throw JSONError(fault: .duplicateMember(name: query.spellings[index]), offset: name)
        }
        var hasEscape = false
        let kind: JSONKind
        let end: Int
        switch text[start] {
        case UInt8(ascii: "\""):
            let string = try stringEnd(start &+ 1)
            hasEscape = string.hasEscape
            (end, kind) = (string.quote &+ 1, .string)
        case UInt8(ascii: "{"):
            if let inner = target.inner {
                end = try objectEnd(start, room, inner, query, &findings)
            } else {
                end = try objectEnd(start, room)
            }
            kind = .object
        case let byte:
            (end, kind) = (try valueEnd(start, room), JSONKind(firstByte: byte))
        }
        findings.record(JSONFinding(start, end, kind: kind, hasEscape: hasEscape), in: target.slot)
        return end
    }
}
