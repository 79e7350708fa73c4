/// What a scan found: where the wanted values are in the message that was scanned, and of which kind they are.
///
/// It holds places, not bytes, and belongs to exactly one message; no memory is allocated for it.
package struct JSONFindings: Sendable {
    /// How many slots a query may use.
    package static let slotsMax = 24

    /// The kind of the message itself.
    package let rootKind: JSONKind

    private var slots: InlineArray<24, JSONFinding> = .init(repeating: .absent)

    init(rootKind: JSONKind) {
        self.rootKind = rootKind
    }

    /// Nothing, as of a message that could not be scanned.
    package static var none: JSONFindings { JSONFindings(rootKind: .null) }

    /// The value of a wanted member, if the message has it.
    package subscript(slot: Int) -> JSONFinding? {
        @inline(__always) get {
            let finding = slots[slot]
            return finding.isPresent ? finding : nil
        }
    }

    @inline(__always)
    func has(_ slot: Int) -> Bool { slots[slot].isPresent }

    @inline(__always)
    mutating func record(_ finding: JSONFinding, in slot: Int) { slots[slot] = finding }
}

/// A value in a scanned message.
package struct JSONFinding: Sendable, Hashable {
    private let lowerBound: UInt32
    private let upperBound: UInt32
    /// What the value is, as its first byte tells.
    package let kind: JSONKind
    /// Whether it is a string with an escape, so that its bytes are not its text.
    package let hasEscape: Bool

    static let absent = JSONFinding(0, 0, kind: .null, hasEscape: false)

    @inline(__always)
    init(_ start: Int, _ end: Int, kind: JSONKind, hasEscape: Bool) {
        lowerBound = UInt32(truncatingIfNeeded: start)
        upperBound = UInt32(truncatingIfNeeded: end)
        self.kind = kind
        self.hasEscape = hasEscape
    }

    @inline(__always)
    var isPresent: Bool { upperBound != 0 }

    /// The bytes of the whole value, a string's quotes included.
    package var range: Range<Int> {
        @inline(__always) get { Int(lowerBound)..<Int(upperBound) }
    }

    /// The bytes between the quotes of a string.
    package var contents: Range<Int> {
        kind == .string ? Int(lowerBound) + 1..<Int(upperBound) - 1 : range
    }
}

/// The sorts of value that RFC 8259 has, with `true` and `false` as one.
package enum JSONKind: UInt8, Sendable, Hashable {
    case null, bool, number, string, array, object
}
