/// The bytes of one text, borrowed for the length of a closure, with reads that can be neither wrong nor slow.
///
/// Proof of safety: `base` is read by the functions below and by nothing else, and each of them compares its place with the
/// length first, as an unsigned number, so that a negative place is refused too, or clamps its range. Outside of the text a byte reads as
/// NUL, which no rule of the grammar accepts anywhere: the check that memory needs is the check for the end of text that
/// the grammar needs anyway, and is paid once. (`Span`'s own check comes on top of it and costs 1.35 times the time.)
/// The pointer cannot outlive the bytes: `reading` and the quick scan make a `JSONText` of bytes that they are lent, and no
/// caller stores it.
struct JSONText {
    private let base: UnsafeRawPointer?
    /// How many places have eight bytes from there on.
    private let wordPlaces: UInt
    let count: Int

    init(_ bytes: UnsafeRawBufferPointer) {
        base = bytes.baseAddress
        count = bytes.count
        wordPlaces = UInt(max(0, bytes.count - 7))
    }

    /// Lends the bytes of a span to `body`.
    @inline(__always)
    static func reading<Result, Failure: Error>(
        _ bytes: borrowing Span<UInt8>, _ body: (JSONText) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try bytes.withUnsafeBytes { (buffer: UnsafeRawBufferPointer) throws(Failure) -> Result in
            try body(JSONText(buffer))
        }
    }

    /// The byte at a place, or NUL outside of the text.
    @inline(__always)
    subscript(place: Int) -> UInt8 {
        guard UInt(bitPattern: place) < UInt(bitPattern: count) else { return 0 }
        return base.unsafelyUnwrapped.load(fromByteOffset: place, as: UInt8.self)
    }

    /// Eight bytes from a place on, the first one lowest, unless the text ends before.
    @inline(__always)
    func word(at place: Int) -> UInt64? {
        guard UInt(bitPattern: place) < wordPlaces else { return nil }
        return UInt64(
            littleEndian: base.unsafelyUnwrapped.loadUnaligned(fromByteOffset: place, as: UInt64.self))
    }

    /// The text of a range that is known to be UTF-8.
    func string(_ range: Range<Int>) -> String {
        String(decoding: buffer(range), as: UTF8.self)
    }

    /// Puts the bytes of a range behind those that are there.
    func append(_ range: Range<Int>, to bytes: inout [UInt8]) {
        bytes.append(contentsOf: buffer(range))
    }

    private func buffer(_ range: Range<Int>) -> UnsafeRawBufferPointer {
        let whole = UnsafeRawBufferPointer(start: base, count: count)
        return UnsafeRawBufferPointer(rebasing: whole[range.clamped(to: 0..<count)])
    }
}
