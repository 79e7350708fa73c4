/// The media types that are told apart on the wire, without making strings.
package enum MediaType {
    /// Whether a `Content-Type` says `application/json`, whatever parameters follow.
    package static func isJSON(_ value: Span<UInt8>) -> Bool { names(value, "application/json") }

    /// Whether a `Content-Type` says `text/event-stream`, whatever parameters follow.
    package static func isEventStream(_ value: Span<UInt8>) -> Bool { names(value, "text/event-stream") }

    /// Whether a `Content-Type` is JSON under whatever name: `application/json`, or `application/…+json` (RFC 6839 section 3.1).
    package static func isAnyJSON(_ value: Span<UInt8>) -> Bool {
        if isJSON(value) { return true }
        var end = 0
        while end < value.count, value[end] != UInt8(ascii: ";"), !ByteSyntax.isBlank(value[end]) { end += 1 }
        let name = value.extracting(0..<end)
        let suffix = "+json".utf8.count
        return ByteComparison.hasPrefix(name, "application/", ignoringCase: true)
            && name.count > "application/".utf8.count + suffix
            && ByteComparison.equal(name.extracting((end - suffix)..<end), "+json", ignoringCase: true)
    }

    private static func names(_ value: Span<UInt8>, _ type: StaticString) -> Bool {
        let count = type.utf8CodeUnitCount
        guard value.count >= count else { return false }
        if value.count > count {
            let next = value[count]
            guard next == UInt8(ascii: ";") || ByteSyntax.isBlank(next) else { return false }
        }
        return ByteComparison.equal(value.extracting(0..<count), type, ignoringCase: true)
    }
}
