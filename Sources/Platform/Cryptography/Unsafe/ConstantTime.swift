/// Comparison that does not tell by its time where two values differ.
package enum ConstantTime {
    /// Whether both are the same bytes. Only a difference in length may show in the time.
    package static func equal(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Bool {
        left.count == right.count && difference(left, right) == 0
    }

    /// All bits in which the two differ, many bytes at a time, because tokens are compared with every call. Never inlined, so
    /// that no caller's "is it zero" can become an early exit.
    @inline(never)
    private static func difference(_ left: Span<UInt8>, _ right: Span<UInt8>) -> UInt64 {
        // The pointers do not leave the closures; both buffers have the count that the loops stay below.
        left.withUnsafeBytes { left in
            right.withUnsafeBytes { right in
                guard let one = left.baseAddress, let two = right.baseAddress else { return 0 }
                let count = left.count
                var bits: UInt64 = 0
                var index = 0
                while index &+ 32 <= count {
                    for place in stride(from: index, to: index &+ 32, by: 8) {
                        bits |=
                            one.loadUnaligned(fromByteOffset: place, as: UInt64.self)
                            ^ two.loadUnaligned(fromByteOffset: place, as: UInt64.self)
                    }
                    index &+= 32
                }
                while index &+ 8 <= count {
                    bits |=
                        one.loadUnaligned(fromByteOffset: index, as: UInt64.self)
                        ^ two.loadUnaligned(fromByteOffset: index, as: UInt64.self)
                    index &+= 8
                }
                while index < count {
                    bits |= UInt64(
                        one.load(fromByteOffset: index, as: UInt8.self)
                            ^ two.load(fromByteOffset: index, as: UInt8.self))
                    index &+= 1
                }
                return bits
            }
        }
    }
}
