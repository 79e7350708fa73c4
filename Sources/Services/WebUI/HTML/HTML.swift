/// A piece of a page. What is put in as a `String` is a text and is escaped; nothing makes markup of a string, so a forgotten
/// escape cannot be written.
package struct HTML: Sendable {
    /// UTF-8, well formed as far as the pieces go.
    package private(set) var bytes: [UInt8]

    /// Nothing.
    package init() {
        bytes = []
    }

    /// A text, as people are to read it.
    package init(text: String) {
        bytes = []
        append(text: text)
    }

    /// Pieces behind each other.
    package init(_ pieces: [HTML]) {
        bytes = []
        for piece in pieces { bytes += piece.bytes }
    }

    /// Pieces behind each other, as a builder has them.
    package init(@HTMLBuilder _ content: () -> HTML) {
        self = content()
    }

    /// Whether there is nothing.
    package var isEmpty: Bool { bytes.isEmpty }

    /// As a string; for tests and for whoever looks.
    package var text: String { String(decoding: bytes, as: UTF8.self) }

    /// Puts another piece behind this one.
    package mutating func append(_ piece: HTML) {
        bytes += piece.bytes
    }

    /// Puts a text behind this piece.
    package mutating func append(text: String) {
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "&"): append(markup: "&amp;")
            case UInt8(ascii: "<"): append(markup: "&lt;")
            case UInt8(ascii: ">"): append(markup: "&gt;")
            case UInt8(ascii: "\""): append(markup: "&quot;")
            case UInt8(ascii: "'"): append(markup: "&#39;")
            // A parser would not pass them on as they are, so two readers could differ.
            case 0x00...0x08, 0x0B, 0x0C, 0x0E...0x1F, 0x7F: append(markup: "\u{FFFD}")
            default: bytes.append(byte)
            }
        }
    }

    /// Markup of our own; only the pieces of this folder write it.
    mutating func append(markup: StaticString) {
        bytes += markup.description.utf8
    }
}
