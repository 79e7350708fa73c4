/// Where a head is written: room at the end of an array, asked for once and filled without growing.
///
/// Why this file is unsafe, and why that is sound: the pointer is that of the array's spare capacity, and lives only in
/// the closure that the array calls; each write checks first that its bytes still fit into that capacity.
struct HeadSink: ~Copyable {
    private let start: UnsafeMutablePointer<UInt8>
    private let capacity: Int
    private(set) var count = 0

    fileprivate init(start: UnsafeMutablePointer<UInt8>, capacity: Int) {
        self.start = start
        self.capacity = capacity
    }

    /// Writes all bytes.
    @inline(__always)
    mutating func write(_ bytes: Span<UInt8>) {
        bytes.withUnsafeBufferPointer { source in
            if let base = source.baseAddress { copy(base, source.count) }
        }
    }

    /// Writes a range of the bytes.
    @inline(__always)
    mutating func write(_ bytes: Span<UInt8>, _ range: Range<Int>) {
        precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count, "what is written stands in the bytes")
        bytes.withUnsafeBufferPointer { source in
            if let base = source.baseAddress { copy(base + range.lowerBound, range.count) }
        }
    }

    /// Writes a literal.
    @inline(__always)
    mutating func write(_ text: StaticString) {
        copy(text.utf8Start, text.utf8CodeUnitCount)
    }

    /// Writes one byte.
    @inline(__always)
    mutating func write(byte: UInt8) {
        precondition(count < capacity, "the room was asked for")
        start[count] = byte
        count &+= 1
    }

    /// Writes the lowest bytes of a word, of which there are at most eight.
    @inline(__always)
    mutating func write(word: UInt64, count length: Int) {
        // All eight bytes are written where they fit: those behind the count are written over.
        if capacity &- count >= 8 {
            UnsafeMutableRawPointer(start + count).storeBytes(of: word.littleEndian, as: UInt64.self)
            count &+= length
            return
        }
        for index in 0..<length { write(byte: UInt8(truncatingIfNeeded: word &>> UInt64(index * 8))) }
    }

    @inline(__always)
    private mutating func copy(_ source: UnsafePointer<UInt8>, _ length: Int) {
        precondition(length <= capacity &- count, "the room was asked for")
        (start + count).update(from: source, count: length)
        count &+= length
    }
}

extension [UInt8] {
    /// Lets the closure write up to so many bytes to the end.
    @inline(__always)
    mutating func appendHead(bytesMax: Int, _ write: (inout HeadSink) -> Void) {
        append(addingCapacity: bytesMax) { output in
            output.withUnsafeMutableBufferPointer { buffer, count in
                guard let base = buffer.baseAddress else { return }
                var sink = HeadSink(start: base + count, capacity: buffer.count - count)
                write(&sink)
                count += sink.count
            }
        }
    }
}
