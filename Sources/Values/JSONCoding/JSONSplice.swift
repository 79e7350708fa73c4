/// Changes that are made to a message when it is written on: some ranges get other bytes, all else stays as it is.
///
/// Up to eight ranges, in the order of the message, none into another; the whole costs one allocation, or none when it
/// is written behind bytes with room.
package struct JSONSplice: Sendable {
    /// How many ranges one splice may replace.
    package static let editsMax = 8

    private struct Edit: Sendable {
        var range: Range<Int> = 0..<0
        var bytes: [UInt8] = []
    }

    private var edits: InlineArray<8, Edit> = .init(repeating: Edit())
    private var count = 0

    /// Begins without changes.
    package init() {}

    /// Puts `bytes` in the place of `range`, which lies behind all ranges named before; an empty range is an insertion.
    package mutating func replace(_ range: Range<Int>, with bytes: [UInt8]) {
        precondition(count < Self.editsMax, "more changes than a splice has room for")
        precondition(count == 0 || edits[count - 1].range.upperBound <= range.lowerBound, "changes out of order")
        edits[count] = Edit(range: range, bytes: bytes)
        count += 1
    }

    /// The changed message.
    package func applied(to message: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        append(message, to: &result)
        return result
    }

    /// Writes the changed message behind the bytes that are there.
    package func append(_ message: [UInt8], to result: inout [UInt8]) {
        result.reserveCapacity(result.count + byteCount(of: message))
        var kept = 0
        for index in 0..<count {
            result.append(contentsOf: message[kept..<edits[index].range.lowerBound])
            result.append(contentsOf: edits[index].bytes)
            kept = edits[index].range.upperBound
        }
        result.append(contentsOf: message[kept...])
    }

    /// How long the changed message will be, for a length that is announced before it is written.
    package func byteCount(of message: [UInt8]) -> Int {
        var byteCount = message.count
        for index in 0..<count { byteCount += edits[index].bytes.count - edits[index].range.count }
        return byteCount
    }
}
