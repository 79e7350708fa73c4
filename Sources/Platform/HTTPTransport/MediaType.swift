/// The two media types that MCP travels in, told apart without making strings.
package enum MediaType {
    /// Whether a `Content-Type` says `application/json`, whatever parameters follow.
    package static func isJSON(_ value: Span<UInt8>) -> Bool { names(value, "application/json") }

    /// Whether a `Content-Type` says `text/event-stream`, whatever parameters follow.
    package static func isEventStream(_ value: Span<UInt8>) -> Bool { names(value, "text/event-stream") }

    private static func names(_ value: Span<UInt8>, _ type: String) -> Bool {
        var index = 0
        for byte in type.utf8 {
            guard index < value.count, isSame(value[index], byte) else { return false }
            index += 1
        }
        guard index < value.count else { return true }
        return value[index] == UInt8(ascii: ";") || value[index] == UInt8(ascii: " ") || value[index] == 0x09
    }

    /// Letters compare without case; `/`, `-` and the like must be themselves.
    private static func isSame(_ byte: UInt8, _ expected: UInt8) -> Bool {
        let isLetter = byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z")
        return (isLetter ? byte | 0x20 : byte) == expected
    }
}
