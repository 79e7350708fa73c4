import JSONCoding

/// The messages of an array, of which 2025-03-26 says that a server must take them (MCP 2025-03-26, basic, batching).
///
/// A session of another revision has no batches: whoever knows the session asks `Revision.hasBatches` and refuses with
/// `MCPRefusal.batch`.
package struct MessageBatch: Sendable {
    /// How many messages one array may have.
    package static let messagesMax = 100

    /// One message of the array.
    package struct Member: Sendable {
        /// The message by itself, as it was written.
        package let body: [UInt8]
        /// What a scan of it found.
        package let envelope: MCPEnvelope
        /// What it is, or why it alone is refused: the others are served.
        package let kind: Result<HandshakeMessage.Kind, MCPRefusal>
    }

    /// The messages in the order of the array.
    package let members: [Member]

    /// Whether somebody waits for an answer: else the whole is answered 202.
    package var wantsAnswer: Bool {
        members.contains { member in
            switch member.kind {
            case .success(.request), .success(.initialize), .failure: true
            case .success(.notification), .success(.response): false
            }
        }
    }

    /// Takes apart an array that a scan has found to be valid JSON.
    static func split(_ body: [UInt8]) -> Result<MessageBatch, MCPRefusal> {
        let ranges = elementRanges(body)
        guard !ranges.isEmpty else {
            return .failure(MCPRefusal(.invalidRequest, "The array of messages is empty; send at least one message."))
        }
        guard ranges.count <= messagesMax else {
            return .failure(
                MCPRefusal(
                    .invalidRequest,
                    "The array has more than \(messagesMax) messages; send them in several requests."))
        }
        return .success(MessageBatch(members: ranges.map { member(Array(body[$0])) }))
    }

    private static func member(_ body: [UInt8]) -> Member {
        let envelope = MCPEnvelope.scan(body)
        let kind: Result<HandshakeMessage.Kind, MCPRefusal>
        if envelope.isStateless {
            kind = .failure(.batch)
        } else if envelope.kind == .request, envelope.method == .initialize {
            // MCP 2025-03-26, lifecycle: initialize must not be part of a batch.
            kind = .failure(MCPRefusal(.invalidRequest, "\"initialize\" must be sent by itself, not in an array."))
        } else {
            kind = HandshakeRules.kind(envelope, body: body)
        }
        return Member(body: body, envelope: envelope, kind: kind)
    }

    /// Where the elements of a valid array are. Stops one behind the limit, so that a long array costs no list of its own.
    private static func elementRanges(_ body: [UInt8]) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        var depth = 0
        var isInString = false
        var isEscaped = false
        var start: Int?
        for (place, byte) in body.enumerated() {
            if isInString {
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isInString = false
                }
                continue
            }
            let isSeparator = depth == 1 && (byte == UInt8(ascii: ",") || byte == UInt8(ascii: "]"))
            if isSeparator, let begin = start {
                ranges.append(begin..<place)
                start = nil
                if ranges.count > messagesMax { return ranges }
            }
            switch byte {
            case UInt8(ascii: "["), UInt8(ascii: "{"):
                if depth == 1 { start = start ?? place }
                depth += 1
            case UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
            case UInt8(ascii: ","), 0x20, 0x09, 0x0A, 0x0D: break
            default:
                if depth == 1 { start = start ?? place }
                isInString = byte == UInt8(ascii: "\"")
            }
        }
        return ranges
    }
}
