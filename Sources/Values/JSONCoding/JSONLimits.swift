/// What a text may cost; every limit holds for the tree parser and for the scanner, except `values`.
package struct JSONLimits: Sendable, Hashable {
    /// The deepest `depth` that may be asked for: reading recurses once a level, and a thread's stack must hold it.
    package static let depthMax = 512

    /// The longest `bytes` that may be asked for, because findings keep places in 30 bits.
    package static let bytesMax = 1 << JSONFinding.placeBits - 1

    /// Arrays and objects inside each other; a lone `[]` has depth 1.
    package let depth: Int
    /// Bytes of the whole text, white space included.
    package let bytes: Int
    /// Bytes between the quotes of one string or name, as they are written.
    package let stringBytes: Int
    /// Bytes of one number's spelling.
    package let numberBytes: Int
    /// Values in the whole text, containers included. The tree parser's alone: the scanner keeps nothing per value.
    package let values: Int

    /// Takes the product's defaults for what is not named.
    package init(
        depth: Int = 128,
        bytes: Int = 10 << 20,
        stringBytes: Int = 10 << 20,
        numberBytes: Int = 1024,
        values: Int = 1_000_000
    ) {
        precondition(depth <= Self.depthMax, "a depth that the stack was not planned for")
        precondition(bytes <= Self.bytesMax, "a length that findings do not hold")
        self.depth = depth
        self.bytes = bytes
        self.stringBytes = stringBytes
        self.numberBytes = numberBytes
        self.values = values
    }
}
