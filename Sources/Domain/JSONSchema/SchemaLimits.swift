/// What a schema and a check may cost: both come from strangers.
package struct SchemaLimits: Sendable, Hashable {
    /// Subschemas inside each other; the compiler recurses once for each, on some 5 KiB of the stack.
    package var depth = 128
    /// Subschemas of one schema, those of documents that it refers to included.
    package var subschemas = 10_000
    /// Bytes of one pattern.
    package var patternBytes = 4_096
    /// Instructions of one pattern's program; a bounded repetition is written out.
    package var patternInstructions = 10_000
    /// Instructions of all patterns of one schema; what comes after them is not decided.
    package var patternInstructionsInAll = 100_000
    /// Steps of one check: about one for a subschema at a value, a member, 64 bytes of text, 8 states of a pattern. These are
    /// some 25 ms, and enough for a list of 80,000 objects.
    package var steps = 500_000
    /// Subschemas inside each other that one check may be in, by reference or by nesting. The check recurses once for each, and a
    /// thread's stack must hold it: 5 KiB each in a release build, 10 KiB without optimisation.
    package var checkDepth = 256

    /// The product's limits; change what a test needs.
    package init() {}
}
