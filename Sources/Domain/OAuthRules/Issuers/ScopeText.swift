package import JSONCoding

/// Lists of scopes: words of visible characters, separated by spaces (RFC 6749 section 3.3).
package enum ScopeText {
    /// Scopes that are kept of one list.
    package static let countMax = 100

    /// The words of a text, each once.
    package static func words(_ text: String) -> [String] {
        union([], text.split(separator: " ").map(String.init))
    }

    /// The texts of an array that are scopes.
    package static func list(_ value: JSONValue?) -> [String] {
        union([], value?.arrayValue?.compactMap(\.stringValue) ?? [])
    }

    /// Both, in their order and each once; what is no scope is left out.
    package static func union(_ one: [String], _ other: [String]) -> [String] {
        var seen: Set<String> = []
        return Array((one + other).filter { isScope($0) && seen.insert($0).inserted }.prefix(countMax))
    }

    private static func isScope(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 256
            && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
    }
}
