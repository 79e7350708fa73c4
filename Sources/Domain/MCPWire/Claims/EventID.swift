/// The id of an event of a handshake client's stream: which node keeps it, which stream it is of, and its place there.
///
/// Ids must be unique over all streams of a session and ought to name their stream (MCP 2025-11-25, transports, resumability).
/// It travels as `node.stream.sequence`, the numbers in hexadecimal digits, and is no secret: whoever resumes must have the
/// session besides.
package struct EventID: Sendable, Hashable, CustomStringConvertible {
    /// The longest name of a node.
    package static let nodeBytesMax = 64

    /// The node that keeps the events; empty if there is only one.
    package var node: String
    /// The stream on that node.
    package var stream: UInt64
    /// The place in the stream, from 0 on.
    package var sequence: UInt64

    /// Makes an id of these parts; a node's name has letters, digits and `-` only.
    package init(node: String, stream: UInt64, sequence: UInt64) {
        precondition(Self.isNode(node), "a node's name that an event id cannot carry")
        self.node = node
        self.stream = stream
        self.sequence = sequence
    }

    /// Reads what `Last-Event-ID` says; nothing if it is none of ours.
    package init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, Self.isNode(String(parts[0])), let stream = Self.number(parts[1]),
            let sequence = Self.number(parts[2])
        else { return nil }
        self.init(node: String(parts[0]), stream: stream, sequence: sequence)
    }

    /// As it travels.
    package var description: String {
        "\(node).\(String(stream, radix: 16)).\(String(sequence, radix: 16))"
    }

    private static func isNode(_ text: String) -> Bool {
        text.utf8.count <= nodeBytesMax
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }

    /// One spelling only: lower case, no sign, no zeros in front.
    private static func number(_ text: Substring) -> UInt64? {
        guard let number = UInt64(text, radix: 16), String(number, radix: 16) == text else { return nil }
        return number
    }
}
