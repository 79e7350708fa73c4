/// Finds the known word that a mistyped one was meant to be.
package enum Suggestion {
    /// Longer words are nobody's slip of a finger, and the distance costs the square of the length.
    package static let wordBytesMax = 40

    /// The nearest of the words: at most two slips, or one in three letters of a short word; hyphens and case do not count.
    package static func nearest(to word: String, among words: [String]) -> String? {
        guard word.utf8.count <= wordBytesMax else { return nil }
        let plain = letters(word)
        let slipsMax = min(2, plain.count / 3)
        var best: (word: String, slips: Int)?
        for candidate in words {
            let slips = distance(plain, letters(candidate))
            if slips <= slipsMax, slips < best?.slips ?? .max { best = (candidate, slips) }
        }
        return best?.word
    }

    private static func letters(_ word: String) -> [UInt8] {
        word.utf8.compactMap { byte in
            switch byte {
            case UInt8(ascii: "-"), UInt8(ascii: "_"): nil
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte | 0x20
            default: byte
            }
        }
    }

    /// Optimal string alignment: insertions, deletions, replacements and swaps of neighbours, one each.
    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var older: [Int] = []
        var previous = Array(0...right.count)
        for row in left.indices {
            var current = [row + 1]
            for column in right.indices {
                var slips = min(previous[column] + (left[row] == right[column] ? 0 : 1), previous[column + 1] + 1)
                slips = min(slips, current[column] + 1)
                if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                    slips = min(slips, older[column - 1] + 1)
                }
                current.append(slips)
            }
            older = previous
            previous = current
        }
        return previous[right.count]
    }
}
