/// A picture that stands in the page itself as a `data:` URL, so that no other party learns who opens a page.
package struct InlineImage: Sendable, Hashable {
    /// Icons are small; longer ones are not shown.
    package static let bytesMax = 64 * 1024

    let text: String

    /// Takes `data:image/…;base64,…` of the types that browsers draw without running anything of them, or nothing.
    package init?(_ text: String) {
        guard text.utf8.count <= Self.bytesMax,
            let prefix = Self.prefixes.first(where: { text.hasPrefix($0) }),
            text.utf8.dropFirst(prefix.utf8.count).allSatisfy(Self.isBase64)
        else { return nil }
        self.text = text
    }

    private static let prefixes = ["png", "jpeg", "webp", "gif", "svg+xml"].map { "data:image/\($0);base64," }

    private static func isBase64(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        case UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "="): true
        default: false
        }
    }
}
