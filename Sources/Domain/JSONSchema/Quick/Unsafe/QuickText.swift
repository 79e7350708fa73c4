/// The bytes of one message, borrowed for the length of a closure.
///
/// Proof of safety: `base` is read by the two functions below and by nothing else, and each compares its place with the length
/// first, as an unsigned number, so that a negative place is refused too. The pointer cannot outlive the bytes, because only
/// `reading` makes a `QuickText`, and nothing stores one beyond its closure. A `Span` does the same at 1.4 times the instructions,
/// and reads eight bytes only one by one.
struct QuickText {
    private let base: UnsafeRawPointer?
    private let count: UInt
    /// How many places have eight bytes from there on.
    private let wordPlaces: UInt

    private init(_ bytes: UnsafeRawBufferPointer) {
        base = bytes.baseAddress
        count = UInt(bitPattern: bytes.count)
        wordPlaces = UInt(bitPattern: max(0, bytes.count - 7))
    }

    /// Lends the bytes of a span to `body`.
    @inline(__always)
    static func reading<Result>(_ bytes: borrowing Span<UInt8>, _ body: (QuickText) -> Result) -> Result {
        bytes.withUnsafeBytes { body(QuickText($0)) }
    }

    /// The byte at a place, or NUL outside of the text.
    @inline(__always)
    subscript(place: Int) -> UInt8 {
        guard UInt(bitPattern: place) < count else { return 0 }
        return base.unsafelyUnwrapped.load(fromByteOffset: place, as: UInt8.self)
    }

    /// Eight bytes from a place on, the first one lowest, unless the text ends before.
    @inline(__always)
    func word(at place: Int) -> UInt64? {
        guard UInt(bitPattern: place) < wordPlaces else { return nil }
        return UInt64(littleEndian: base.unsafelyUnwrapped.loadUnaligned(fromByteOffset: place, as: UInt64.self))
    }
}
