/// Writes names and values as forms and queries carry them (`application/x-www-form-urlencoded`, WHATWG URL section 5.2), with
/// `%20` for a space, which every reader understands in both places.
package struct FormWriter: Sendable {
    /// What was written.
    package private(set) var bytes: [UInt8] = []

    /// Nothing yet.
    package init() {}

    /// Pairs, in this order.
    package init(_ pairs: [(name: String, value: String)]) {
        for (name, value) in pairs { append(name, value) }
    }

    /// Adds a pair behind those that are there.
    package mutating func append(_ name: String, _ value: String) {
        if !bytes.isEmpty { bytes.append(UInt8(ascii: "&")) }
        Self.escape(name, to: &bytes)
        bytes.append(UInt8(ascii: "="))
        Self.escape(value, to: &bytes)
    }

    /// The same as text.
    package var text: String { String(decoding: bytes, as: UTF8.self) }

    /// One name or value; only the unreserved characters of RFC 3986 stay as they are.
    package static func escaped(_ text: String) -> String {
        var bytes: [UInt8] = []
        escape(text, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func escape(_ text: String, to bytes: inout [UInt8]) {
        for byte in text.utf8 {
            if isUnreserved(byte) {
                bytes.append(byte)
            } else {
                bytes += [UInt8(ascii: "%"), digit(byte >> 4), digit(byte & 0xF)]
            }
        }
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        ByteSyntax.isDigit(byte) || (byte | 0x20) &- 0x61 < 26 || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
            || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "~")
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + value - 10
    }
}
