/// Where the parts of a request target stand, RFC 9112 section 3.2.
struct RequestTarget: Sendable {
    /// The whole target.
    var whole: Range<Int>
    /// The path, empty in an absolute form without one; the query, if any, follows it after a question mark.
    var path: Range<Int>
    /// Host and port of an absolute form, to be compared with the Host field; else empty.
    var authority: Range<Int>

    /// Takes a target of permitted bytes apart.
    init(_ bytes: Span<UInt8>, _ range: Range<Int>, method: HTTPMethod) throws(HTTPRuleBroken) {
        whole = range
        authority = range.lowerBound..<range.lowerBound
        var start = range.lowerBound
        if bytes[start] != 0x2F {
            if range.count == 1, bytes[start] == 0x2A {
                guard method == .options else { throw HTTPRuleBroken(.targetForm) }
                path = range
                return
            }
            authority = try RequestTarget.authority(bytes, range)
            start = authority.upperBound
        }
        path = start..<(try RequestTarget.pathEnd(bytes, start..<range.upperBound))
    }

    private static func authority(_ bytes: Span<UInt8>, _ range: Range<Int>) throws(HTTPRuleBroken) -> Range<Int> {
        let target = bytes.extracting(range)
        let scheme: Int
        if ByteComparison.hasPrefix(target, "http://", ignoringCase: true) {
            scheme = 7
        } else if ByteComparison.hasPrefix(target, "https://", ignoringCase: true) {
            scheme = 8
        } else {
            throw HTTPRuleBroken(.targetForm)
        }
        let start = range.lowerBound &+ scheme
        var end = start
        while end < range.upperBound, bytes[end] != 0x2F, bytes[end] != 0x3F { end &+= 1 }
        guard HostSyntax.isValid(bytes, start..<end) else { throw HTTPRuleBroken(.targetAuthority) }
        return start..<end
    }

    /// Finds the question mark or the end, and checks percent signs and dots on the way, which few paths have.
    private static func pathEnd(_ bytes: Span<UInt8>, _ range: Range<Int>) throws(HTTPRuleBroken) -> Int {
        var end = range.upperBound
        var suspects: UInt64 = 0
        var index = range.lowerBound
        while index < range.upperBound {
            // The last word may reach behind the target: a suspect there costs a closer look, a question mark is ignored.
            let word = bytes.wordOrPart(at: index)
            suspects |= ByteWords.equal(word, 0x25) | ByteWords.equal(word, 0x2E)
            let marks = ByteWords.equal(word, 0x3F)
            if marks != 0, end == range.upperBound { end = min(end, index &+ ByteWords.first(marks)) }
            index &+= 8
        }
        if suspects != 0 {
            try checkPercentSigns(bytes, range)
            try checkDotSegments(bytes, range.lowerBound..<end)
        }
        return end
    }

    private static func checkPercentSigns(_ bytes: Span<UInt8>, _ range: Range<Int>) throws(HTTPRuleBroken) {
        for index in range where bytes[index] == 0x25 {
            guard index &+ 2 < range.upperBound, let high = ByteSyntax.hexValue(bytes[index &+ 1]),
                let low = ByteSyntax.hexValue(bytes[index &+ 2]), high | low != 0
            else { throw HTTPRuleBroken(.percentEncoding) }
        }
    }

    /// Refuses segments that are one or two dots, each dot plain or as `%2E`.
    private static func checkDotSegments(_ bytes: Span<UInt8>, _ path: Range<Int>) throws(HTTPRuleBroken) {
        var dots = 0
        var others = false
        var index = path.lowerBound
        while index < path.upperBound {
            let byte = bytes[index]
            if byte == 0x2F {
                if !others, dots == 1 || dots == 2 { throw HTTPRuleBroken(.dotSegments) }
                dots = 0
                others = false
            } else if byte == 0x2E {
                dots &+= 1
            } else if byte == 0x25, bytes[index &+ 1] == 0x32, bytes[index &+ 2] | 0x20 == 0x65 {
                dots &+= 1
                index &+= 2
            } else {
                others = true
            }
            index &+= 1
        }
        if !others, dots == 1 || dots == 2 { throw HTTPRuleBroken(.dotSegments) }
    }
}
