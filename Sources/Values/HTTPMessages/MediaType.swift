/// The two media types that MCP travels in, told apart without making strings.
package enum MediaType {
    /// Whether a `Content-Type` says `application/json`, whatever parameters follow.
    package static func isJSON(_ value: Span<UInt8>) -> Bool { names(value, "application/json") }

    /// Whether a `Content-Type` says `text/event-stream`, whatever parameters follow.
    package static func isEventStream(_ value: Span<UInt8>) -> Bool { names(value, "text/event-stream") }

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
