/// The virtual server that a client is to be connected to, as the client needs it.
package struct ConnectTarget: Sendable, Hashable {
    /// What is pasted.
    package let url: String
    /// What people call it.
    package let title: String
    /// What programs call it: letters, digits, `-` and `_`.
    package let name: String
    /// Whether the person will be asked to sign in.
    package let asksToSignIn: Bool

    /// Longer names leave clients, which put them in front of tools' names, no room.
    package static let nameBytesMax = 24

    /// A target; `slug` becomes the name unless it says nothing.
    package init(url: String, title: String, slug: String, asksToSignIn: Bool) {
        self.url = url
        self.title = title
        self.asksToSignIn = asksToSignIn
        let safe = slug.utf8.prefix(Self.nameBytesMax).map { byte in
            Self.isNameByte(byte) ? byte : UInt8(ascii: "-")
        }
        name = slug == "default" || safe.isEmpty ? "patchbay" : String(decoding: safe, as: UTF8.self)
    }

    /// Whether machines elsewhere can reach it: over https, and not under a name that means each reader's own machine.
    package var isPublic: Bool {
        guard url.hasPrefix("https://") else { return false }
        let host = url.dropFirst(8).prefix { $0 != "/" && $0 != ":" }
        return host != "localhost" && !host.hasSuffix(".localhost") && !host.hasPrefix("127.") && !host.hasPrefix("[")
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
