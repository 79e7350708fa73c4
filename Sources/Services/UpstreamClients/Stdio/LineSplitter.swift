/// Cuts a stream of bytes into lines, and keeps of a line that is too long only its two ends.
///
/// Give it a chunk with `take`, then ask `next` until it has nothing more; `finish` gives what stands behind the last line end.
struct LineSplitter {
    /// One line without its end.
    enum Line: Equatable {
        /// All of it.
        case whole([UInt8])
        /// It passed the limit: how it began and how it ended.
        case tooLong(head: [UInt8], tail: [UInt8])
    }

    /// How much of each end of a line that is too long is kept: enough for the id of a message, which stands at either.
    static let endBytesMax = 1_024

    private let bytesMax: Int
    /// The beginning of a line whose end has not come; of one that is too long, its head.
    private var begun: [UInt8] = []
    private var tail: [UInt8] = []
    private var isTooLong = false
    private var chunk: [UInt8] = []
    private var place = 0

    /// A line has at most `bytesMax` bytes.
    init(bytesMax: Int) {
        self.bytesMax = bytesMax
    }

    /// Takes the next bytes; what was taken before has been asked for.
    mutating func take(_ bytes: consuming [UInt8]) {
        precondition(place == chunk.count, "the lines of a chunk are asked for before the next one comes")
        chunk = bytes
        place = 0
    }

    /// The next line that has ended.
    mutating func next() -> Line? {
        guard let end = chunk[place...].firstIndex(of: UInt8(ascii: "\n")) else {
            append(place..<chunk.count)
            place = chunk.count
            return nil
        }
        append(place..<end)
        place = end + 1
        return takeLine()
    }

    /// What stands behind the last line end, once nothing more comes.
    mutating func finish() -> Line? {
        begun.isEmpty ? nil : takeLine()
    }

    private mutating func append(_ part: Range<Int>) {
        if !isTooLong && part.count <= bytesMax - begun.count {
            begun += chunk[part]
            return
        }
        if !isTooLong {
            isTooLong = true
            tail = Array(begun.suffix(Self.endBytesMax))
            begun = Array(
                (begun.prefix(Self.endBytesMax) + chunk[part].prefix(Self.endBytesMax)).prefix(Self.endBytesMax))
        }
        tail = Array((tail + chunk[part].suffix(Self.endBytesMax)).suffix(Self.endBytesMax))
    }

    private mutating func takeLine() -> Line {
        let line = isTooLong ? Line.tooLong(head: begun, tail: tail) : .whole(begun)
        begun = []
        tail = []
        isTooLong = false
        return line
    }
}
