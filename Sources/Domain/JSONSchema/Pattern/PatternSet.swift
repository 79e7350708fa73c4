/// A set of Unicode scalars: ranges and properties, perhaps turned around.
struct PatternSet: Sendable {
    /// Sorted and apart from each other, once `normalised`.
    private(set) var ranges: [ClosedRange<UInt32>] = []
    private(set) var properties: [(property: PatternProperty, isNegated: Bool)] = []
    var isNegated = false

    init(_ ranges: [ClosedRange<UInt32>] = []) {
        self.ranges = ranges
    }

    init(_ scalar: Unicode.Scalar) {
        ranges = [scalar.value...scalar.value]
    }

    /// ECMA-262 22.2.2: the three classes are of ASCII, except that `\s` has the white space of all scripts.
    static let digits = PatternSet([0x30...0x39])
    static let word = PatternSet([0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A])
    static let space = PatternSet([
        0x09...0x0D, 0x20...0x20, 0xA0...0xA0, 0x1680...0x1680, 0x2000...0x200A, 0x2028...0x2029, 0x202F...0x202F,
        0x205F...0x205F, 0x3000...0x3000, 0xFEFF...0xFEFF,
    ])
    /// What `.` does not match.
    static let lineEnds = PatternSet([0x0A...0x0A, 0x0D...0x0D, 0x2028...0x2029])

    var inverted: PatternSet {
        var set = self
        set.isNegated.toggle()
        return set
    }

    mutating func insert(_ range: ClosedRange<UInt32>) { ranges.append(range) }

    mutating func insert(_ property: PatternProperty, isNegated: Bool) { properties.append((property, isNegated)) }

    /// Takes in a class, which may be a turned one: then what lies between its ranges.
    mutating func formUnion(_ other: PatternSet) {
        guard other.isNegated else {
            ranges += other.ranges
            properties += other.properties
            return
        }
        var next: UInt32 = 0
        for range in other.ranges {
            if range.lowerBound > next { ranges.append(next...range.lowerBound - 1) }
            next = range.upperBound + 1
        }
        if next <= 0x10FFFF { ranges.append(next...0x10FFFF) }
        properties += other.properties.map { ($0.property, !$0.isNegated) }
    }

    /// The same set with its ranges in order, so that a search can halve.
    var normalised: PatternSet {
        var set = self
        set.ranges = []
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = set.ranges.last, range.lowerBound <= last.upperBound {
                set.ranges[set.ranges.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
            } else {
                set.ranges.append(range)
            }
        }
        return set
    }

    func contains(_ scalar: Unicode.Scalar) -> Bool {
        let isInside =
            hasRange(with: scalar.value)
            || properties.contains { $0.property.holds(of: scalar) != $0.isNegated }
        return isInside != isNegated
    }

    private func hasRange(with value: UInt32) -> Bool {
        var (low, high) = (0, ranges.count)
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].upperBound < value { low = middle + 1 } else { high = middle }
        }
        return low < ranges.count && ranges[low].contains(value)
    }
}
