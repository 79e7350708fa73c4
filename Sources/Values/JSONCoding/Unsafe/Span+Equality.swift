extension Span where Element == UInt8 {
    /// Whether a range of these bytes has the same bytes as the other span.
    ///
    /// Safe: the range is cut out with a check, both have the same count, and each word is read inside it.
    @inline(__always)
    func hasSameBytes(_ range: Range<Int>, as other: Span<UInt8>) -> Bool {
        guard range.count == other.count else { return false }
        return extracting(range).withUnsafeBytes { own in
            other.withUnsafeBytes { other in
                guard let one = own.baseAddress, let two = other.baseAddress else { return own.count == 0 }
                let count = own.count
                var offset = 0
                while offset &+ 8 <= count {
                    let same =
                        one.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
                        == two.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
                    if !same { return false }
                    offset &+= 8
                }
                while offset < count {
                    let same =
                        one.load(fromByteOffset: offset, as: UInt8.self)
                        == two.load(fromByteOffset: offset, as: UInt8.self)
                    if !same { return false }
                    offset &+= 1
                }
                return true
            }
        }
    }
}
