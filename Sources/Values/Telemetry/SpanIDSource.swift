/// Randomness for ids of spans, a few instructions each: they have to differ, not to be secret, and the system's
/// generator costs most of a microsecond. One per loop, because it is a plain value that changes.
package struct SpanIDSource: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// Starts from the given source, so that no two loops or processes count alike.
    package init(seededBy random: inout some RandomNumberGenerator) {
        state = random.next()
    }

    /// SplitMix64: a counter with an odd step, mixed so that each bit of the input reaches all of the output.
    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
