/// One byte for each of the first sixteen fields, by which a field of some name is found without looking at the names.
///
/// A tag says something of the name's length and last letter; equal names have equal tags, and a tag is never zero. So a
/// name is not among the fields when its tag is not, which is what most questions end with.
@usableFromInline
struct FieldTags: Sendable {
    static let countMax = 16

    private var low: UInt64 = 0
    private var high: UInt64 = 0

    init() {}

    /// The tag of a name of so many bytes that ends in this one.
    @inline(__always)
    static func tag(count: Int, last: UInt8) -> UInt8 {
        UInt8(truncatingIfNeeded: count &* 8) &+ (last | 0x20) | 1
    }

    /// Notes the tag of the field at an index; those from the seventeenth on are not noted.
    @inline(__always)
    mutating func note(_ tag: UInt8, at index: Int) {
        let shift = UInt64(truncatingIfNeeded: (index & 7) &* 8)
        if index < 8 {
            low |= UInt64(tag) &<< shift
        } else if index < FieldTags.countMax {
            high |= UInt64(tag) &<< shift
        }
    }

    /// The first index from `start` on that may have this tag, or `countMax`.
    @inline(__always)
    func first(_ tag: UInt8, from start: Int) -> Int {
        if start < 8 {
            let marks = ByteWords.equal(low, tag) & (~0 &<< UInt64(truncatingIfNeeded: start &* 8))
            if marks != 0 { return ByteWords.first(marks) }
        }
        let skipped = max(0, start &- 8)
        guard high != 0, skipped < 8 else { return FieldTags.countMax }
        let marks = ByteWords.equal(high, tag) & (~0 &<< UInt64(truncatingIfNeeded: skipped &* 8))
        return marks != 0 ? 8 &+ ByteWords.first(marks) : FieldTags.countMax
    }
}
