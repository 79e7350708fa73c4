/// Clients that are known by their user agent; it decides a deadline or the form of an answer, and nothing else.
enum ClientName {
    private static let openAI: [StaticString] = ["openai", "chatgpt"]
    private static let impatient: [StaticString] = ["openai", "chatgpt", "codex"]

    /// Gives up a call long before others do (rulings 4.11).
    static func isImpatient(_ userAgent: Span<UInt8>) -> Bool { has(impatient, userAgent) }

    /// Understands a challenge in a tool's result (rulings 3.6).
    static func isOpenAI(_ userAgent: Span<UInt8>) -> Bool { has(openAI, userAgent) }

    private static func has(_ names: [StaticString], _ userAgent: Span<UInt8>) -> Bool {
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
