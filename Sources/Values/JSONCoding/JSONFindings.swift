/// What a scan found: where the wanted values are in the message that was scanned, and of which kind they are.
///
/// It holds places, not bytes, and belongs to exactly one message; no memory is allocated for it. Reading it is `@inlinable`,
/// because it is asked twenty times for each message by other rooms, and each call across moved all of it.
@usableFromInline
package struct JSONFindings: Sendable {
    /// How many slots a query may use.
    package static let slotsMax = 24

    /// The kind of the message itself.
    package let rootKind: JSONKind

    @usableFromInline
    var slots: InlineArray<24, JSONFinding> = .init(repeating: .absent)

    @inline(__always)
    init(rootKind: JSONKind) {
        self.rootKind = rootKind
    }

    /// Nothing, as of a message that could not be scanned.
    package static var none: JSONFindings { JSONFindings(rootKind: .null) }

    /// The value of a wanted member, if the message has it.
    @inlinable
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
@usableFromInline
package struct JSONFinding: Sendable, Hashable {
    /// From the lowest bit: where it begins and where it ends (30 bits each), its kind (3), whether it has an escape (1).
    ///
    /// One word each keeps findings small: they are zeroed and moved with every message. Nothing that is found ends at 0.
    @usableFromInline
    let bits: UInt64

    @usableFromInline
    static var placeBits: UInt64 { 30 }

    @usableFromInline
    static var placeMask: UInt64 { 1 &<< 30 &- 1 }

    private init(bits: UInt64) { self.bits = bits }

    static var absent: JSONFinding { JSONFinding(bits: 0) }

    @inline(__always)
    init(_ start: Int, _ end: Int, kind: JSONKind, hasEscape: Bool) {
        bits =
            UInt64(truncatingIfNeeded: start) | UInt64(truncatingIfNeeded: end) &<< Self.placeBits
            | UInt64(kind.rawValue) &<< 60 | (hasEscape ? 1 &<< 63 : 0)
    }

    @inlinable
    var isPresent: Bool {
        @inline(__always) get { bits != 0 }
    }

    /// What the value is, as its first byte tells.
    @inlinable
    package var kind: JSONKind {
        @inline(__always) get { JSONKind(rawValue: UInt8(truncatingIfNeeded: bits &>> 60 & 7)) ?? .null }
    }

    /// Whether it is a string with an escape, so that its bytes are not its text.
    @inlinable
    package var hasEscape: Bool {
        @inline(__always) get { bits &>> 63 != 0 }
    }

    /// The bytes of the whole value, a string's quotes included.
    @inlinable
    package var range: Range<Int> {
        @inline(__always) get {
            let start = Int(truncatingIfNeeded: bits & Self.placeMask)
            let end = Int(truncatingIfNeeded: bits &>> Self.placeBits & Self.placeMask)
            return Range(uncheckedBounds: (start, end))
        }
    }

    /// The bytes between the quotes of a string.
    @inlinable
    package var contents: Range<Int> {
        @inline(__always) get {
            let range = self.range
            guard kind == .string else { return range }
            return Range(uncheckedBounds: (range.lowerBound &+ 1, range.upperBound &- 1))
        }
    }
}

/// The sorts of value that RFC 8259 has, with `true` and `false` as one.
@usableFromInline
package enum JSONKind: UInt8, Sendable, Hashable {
    case null, bool, number, string, array, object
}
