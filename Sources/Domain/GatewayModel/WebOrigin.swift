/// A browser origin that the operator lets in besides our own, spelled as browsers send it.
package struct WebOrigin: Sendable, Hashable, CustomStringConvertible {
    /// In lower case, without the scheme's default port.
    package let text: String

    /// Reads `scheme://host[:port]`; other schemes than http are allowed because editors' web views have their own.
    ///
    /// `*` and `null` are refused: both are every page on earth (a sandboxed frame of any site sends `null`).
    package init(_ text: String) throws(GatewayModelError) {
        guard text != "*", text != "null" else { throw .everyOrigin }
        let lower = String(decoding: text.utf8.map(lowerCased), as: UTF8.self)
        if lower.hasPrefix("http://") || lower.hasPrefix("https://") {
            let url = try HTTPURL(lower)
            guard url.target == "/", !lower.hasSuffix("/") else { throw .path }
            self.text = url.origin
            return
        }
        let bytes = Array(lower.utf8)
        guard !bytes.isEmpty else { throw .empty }
        guard bytes.count <= 253 else { throw .tooLong(limit: 253) }
        guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")), bytes[colon...].starts(with: "://".utf8),
            bytes.first.map(isLetter) == true, bytes[..<colon].allSatisfy(isSchemeByte)
        else { throw .scheme }
        let host = bytes[(colon + 3)...]
        guard !host.isEmpty else { throw .host }
        for (offset, byte) in zip(host.indices, host) where !isSchemeByte(byte) && byte != UInt8(ascii: "_") {
            guard byte != UInt8(ascii: "*") else { throw .everyOrigin }
            throw byte == UInt8(ascii: "/") ? .path : .unexpectedByte(byte, offset: offset)
        }
        self.text = lower
    }

    /// The spelling.
    package var description: String { text }
}

private func isLetter(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
}

private func isSchemeByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"),
        UInt8(ascii: "-"),
        UInt8(ascii: "."):
        true
    default: false
    }
}
