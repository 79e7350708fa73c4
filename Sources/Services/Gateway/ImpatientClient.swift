/// Clients that give up a call long before others do, known by their user agent; it decides a deadline and nothing else.
enum ImpatientClient {
    private static let names: [StaticString] = ["openai", "chatgpt", "codex"]

    static func isNamed(in userAgent: Span<UInt8>) -> Bool {
        for start in userAgent.indices {
            let first = userAgent[start] | 0x20
            guard first == UInt8(ascii: "o") || first == UInt8(ascii: "c") else { continue }
            for name in names where matches(name, userAgent, at: start) { return true }
        }
        return false
    }

    private static func matches(_ name: StaticString, _ text: Span<UInt8>, at start: Int) -> Bool {
        guard start + name.utf8CodeUnitCount <= text.count else { return false }
        var index = start
        for byte in name.description.utf8 {
            guard text[index] | 0x20 == byte else { return false }
            index += 1
        }
        return true
    }
}
