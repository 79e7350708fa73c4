/// Writes claims compactly: each part is a number of seven bits to the byte, or bytes behind their count.
///
/// What comes out is sealed elsewhere, so it is neither hidden nor protected here.
struct ClaimWriter {
    private(set) var bytes: [UInt8]

    /// Begins with which claims these are and in which form, so that one sort is never read as another.
    init(_ kind: ClaimKind) {
        bytes = [kind.rawValue]
    }

    mutating func number(_ number: UInt64) {
        var rest = number
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    mutating func bytes(_ part: some Collection<UInt8>) {
        number(UInt64(part.count))
        bytes.append(contentsOf: part)
    }

    mutating func text(_ text: String) { bytes(text.utf8) }

    /// A text that may be absent, which is another thing than an empty one.
    mutating func optionalText(_ text: String?) {
        number(text == nil ? 0 : 1)
        if let text { self.text(text) }
    }
}

/// Which claims some bytes are; the number changes with the form of the bytes.
enum ClaimKind: UInt8 {
    case session = 1
    case requestState = 2
    case task = 3
}
