/// A request method: at most sixteen capital letters or hyphens, kept in two words so that comparing is two compares.
package struct HTTPMethod: Sendable, Hashable {
    /// The longest method; those in use have at most seven letters, the longest registered ones are WebDAV's.
    package static let bytesMax = 16

    let first: UInt64
    let second: UInt64

    @inline(__always)
    init(first: UInt64, second: UInt64 = 0) {
        self.first = first
        self.second = second
    }

    /// A method by its exact spelling; `nil` when it is not 1 to 16 capital letters or hyphens.
    package init?(_ text: String) {
        self.init(bytes: Array(text.utf8).span)
    }

    init?(bytes: Span<UInt8>) {
        guard !bytes.isEmpty, bytes.count <= HTTPMethod.bytesMax else { return nil }
        for index in bytes.indices where !HTTPMethod.isAllowed(bytes[index]) { return nil }
        first = bytes.word(at: 0, count: bytes.count)
        second = bytes.count > 8 ? bytes.word(at: 8, count: bytes.count &- 8) : 0
    }

    /// Capital letters and hyphens: all registered methods, and nothing that only differs by case.
    @inline(__always)
    static func isAllowed(_ byte: UInt8) -> Bool {
        byte &- 0x41 < 26 || byte == 0x2D
    }

    /// Number of bytes of the spelling.
    package var count: Int {
        let used = second == 0 ? first : second
        return (second == 0 ? 0 : 8) &+ 8 &- (used.leadingZeroBitCount &>> 3)
    }

    /// The spelling.
    package var text: String {
        var bytes: [UInt8] = []
        append(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    @inline(__always)
    func write(to sink: inout HeadSink) {
        var rest = first
        while rest != 0 {
            sink.write(byte: UInt8(truncatingIfNeeded: rest))
            rest &>>= 8
        }
        rest = second
        while rest != 0 {
            sink.write(byte: UInt8(truncatingIfNeeded: rest))
            rest &>>= 8
        }
    }

    private func append(to output: inout [UInt8]) {
        for half in [first, second] {
            var rest = half
            while rest != 0 {
                output.append(UInt8(truncatingIfNeeded: rest))
                rest &>>= 8
            }
        }
    }

    /// Reads a resource.
    package static let get = HTTPMethod(first: ByteWords.word("G", "E", "T", "\0"))
    /// Reads a resource's head only; the answer has no body whatever it says.
    package static let head = HTTPMethod(first: ByteWords.word("H", "E", "A", "D"))
    /// Sends something to be processed: every MCP message.
    package static let post = HTTPMethod(first: ByteWords.word("P", "O", "S", "T"))
    /// Replaces a resource.
    package static let put = HTTPMethod(first: ByteWords.word("P", "U", "T", "\0"))
    /// Removes a resource; ends an MCP session.
    package static let delete = HTTPMethod(first: ByteWords.word("D", "E", "L", "E", "T", "E"))
    /// Asks what may be asked; the browsers' preflight.
    package static let options = HTTPMethod(first: ByteWords.word("O", "P", "T", "I", "O", "N", "S"))
    /// Changes a part of a resource.
    package static let patch = HTTPMethod(first: ByteWords.word("P", "A", "T", "C", "H"))
    /// Opens a tunnel; always refused.
    static let connect = HTTPMethod(first: ByteWords.word("C", "O", "N", "N", "E", "C", "T"))
}

extension HTTPMethod: CustomStringConvertible {
    /// The spelling.
    package var description: String { text }
}
