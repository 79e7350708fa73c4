extension String {
    /// Lends the UTF-8 of a string without a copy, where it is stored contiguously.
    ///
    /// Safe, because the pointer does not leave the closure of `withUTF8`, and the span made of it cannot.
    @inline(__always)
    mutating func withUTF8Span<Result>(_ body: (Span<UInt8>) -> Result) -> Result {
        withUTF8 { body($0.span) }
    }
}

extension StaticString {
    /// Lends the UTF-8 of a string that is part of the program.
    ///
    /// Safe, because such bytes live as long as the process; the accessor also serves the single-scalar representation.
    @inline(__always)
    func withUTF8Span<Result>(_ body: (Span<UInt8>) -> Result) -> Result {
        withUTF8Buffer { body($0.span) }
    }
}
