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
        UInt8(truncatingIfNeeded: count &* 41) &+ (last | 0x20) &<< 1 | 1
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

    /// Marks the first eight fields that may have this tag, as `ByteWords` does, and the eight that follow.
    @inline(__always)
    func marks(_ tag: UInt8) -> (low: UInt64, high: UInt64) {
        (ByteWords.equal(low, tag), high == 0 ? 0 : ByteWords.equal(high, tag))
    }
}
