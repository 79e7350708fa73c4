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

    /// Scans a message, or says what is wrong with it.
    package func scan(_ message: [UInt8]) throws(JSONError) -> JSONFindings {
        try scan(message.span)
    }

    /// Scans a message that lies somewhere else than in an array of its own.
    package func scan(_ message: Span<UInt8>) throws(JSONError) -> JSONFindings {
        try JSONText.reading(message) { (text) throws(JSONError) -> JSONFindings in
            let grammar = JSONGrammar(text: text, limits: limits)
            let start = try grammar.rootStart()
            var findings = JSONFindings(rootKind: JSONKind(firstByte: text[start]))
            let end =
                if findings.rootKind == .object, !query.root.isEmpty {
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
        case UInt8(ascii: "\""): try stringEnd(place + 1).quote + 1
        case UInt8(ascii: "{"): try objectEnd(place, room)
        case UInt8(ascii: "["): try arrayEnd(place, room)
        case UInt8(ascii: "-"), 0x30...0x39: try numberEnd(place)
        case UInt8(ascii: "t"), UInt8(ascii: "f"), UInt8(ascii: "n"): try literalEnd(place)
        default: throw unexpected(at: place, expected: .value)
        }
    }

    private func objectEnd(_ start: Int, _ room: Int) throws(JSONError) -> Int {
        guard room > 0 else { throw tooDeep(at: start) }
        var place = afterWhitespace(start + 1)
        if text[place] == UInt8(ascii: "}") { return place + 1 }
        var expected = JSONExpectation.nameOrEndOfObject
        while true {
            guard text[place] == UInt8(ascii: "\"") else { throw unexpected(at: place, expected: expected) }
            place = try valueStart(try stringEnd(place + 1).quote)
            place = afterWhitespace(try valueEnd(place, room - 1))
            guard text[place] == UInt8(ascii: ",") else { return try containerEnd(place, "}") }
            place = afterWhitespace(place + 1)
            expected = .name
        }
    }

    private func arrayEnd(_ start: Int, _ room: Int) throws(JSONError) -> Int {
        guard room > 0 else { throw tooDeep(at: start) }
        var place = afterWhitespace(start + 1)
        if text[place] == UInt8(ascii: "]") { return place + 1 }
        while true {
            place = afterWhitespace(try valueEnd(place, room - 1))
            guard text[place] == UInt8(ascii: ",") else { return try containerEnd(place, "]") }
            place = afterWhitespace(place + 1)
        }
    }

    /// The place of the value whose name's closing quote is at `quote`.
    @inline(__always)
    func valueStart(_ quote: Int) throws(JSONError) -> Int {
        let colon = afterWhitespace(quote + 1)
        guard text[colon] == UInt8(ascii: ":") else { throw unexpected(at: colon, expected: .colon) }
        return afterWhitespace(colon + 1)
    }

    /// The place behind the bracket that must be at `place`, since no comma is.
    @inline(__always)
    func containerEnd(_ place: Int, _ bracket: Unicode.Scalar) throws(JSONError) -> Int {
        guard text[place] == UInt8(ascii: bracket) else {
            throw unexpected(at: place, expected: bracket == "}" ? .commaOrEndOfObject : .commaOrEndOfArray)
        }
        return place + 1
    }

    /// The place behind the object at `start`, with its members that `node` wants put into `findings`.
    func objectEnd(
        _ start: Int, _ room: Int, _ node: JSONQuery.Node, _ query: borrowing JSONQuery, _ findings: inout JSONFindings
    ) throws(JSONError) -> Int {
        guard room > 0 else { throw tooDeep(at: start) }
        var place = afterWhitespace(start + 1)
        if text[place] == UInt8(ascii: "}") { return place + 1 }
        var expected = JSONExpectation.nameOrEndOfObject
        while true {
            guard text[place] == UInt8(ascii: "\"") else { throw unexpected(at: place, expected: expected) }
            let nameStart = place + 1
            let nameEnd = try stringEnd(nameStart)
            place = try valueStart(nameEnd.quote)
            if let index = wantedIndex(nameStart, nameEnd, node, query) {
                place = try wantedEnd(place, room - 1, index, nameStart - 1, query, &findings)
            } else {
                place = try valueEnd(place, room - 1)
            }
            place = afterWhitespace(place)
            guard text[place] == UInt8(ascii: ",") else { return try containerEnd(place, "}") }
            place = afterWhitespace(place + 1)
            expected = .name
        }
    }

    @inline(__always)
    private func wantedIndex(
        _ start: Int, _ end: JSONStringEnd, _ node: JSONQuery.Node, _ query: borrowing JSONQuery
    ) -> Int? {
        if end.hasEscape { return decodedIndex(start..<end.quote, node, query) }
        return query.names.index(of: start..<end.quote, in: text, among: node.range)
    }

    /// Compares what an escaped name means, not how it is written: another reader of the message will do so too.
    @inline(never)
    private func decodedIndex(_ range: Range<Int>, _ node: JSONQuery.Node, _ query: borrowing JSONQuery) -> Int? {
        var name: [UInt8] = []
        appendDecoded(range, to: &name)
        let names = query.names
        return JSONText.reading(name.span) { names.index(of: 0..<$0.count, in: $0, among: node.range) }
    }

    @inline(__always)
    private func wantedEnd(
        _ start: Int, _ room: Int, _ index: Int, _ nameStart: Int, _ query: borrowing JSONQuery,
        _ findings: inout JSONFindings
    ) throws(JSONError) -> Int {
        let target = query.targets[index]
        if target.isUnique, findings.has(target.slot) {
            throw JSONError(fault: .duplicateMember(name: query.spelling(index)), offset: nameStart)
        }
        let kind = JSONKind(firstByte: text[start])
        var hasEscape = false
        let end: Int
        if kind == .string {
            let string = try stringEnd(start + 1)
            hasEscape = string.hasEscape
            end = string.quote + 1
        } else if kind == .object, !target.inner.isEmpty {
            end = try objectEnd(start, room, target.inner, query, &findings)
        } else {
            end = try valueEnd(start, room)
        }
        findings.record(JSONFinding(start..<end, kind: kind, hasEscape: hasEscape), in: target.slot)
        return end
    }
}
