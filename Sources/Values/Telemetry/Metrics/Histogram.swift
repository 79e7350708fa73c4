import Synchronization

/// The upper bounds of a histogram's buckets, in ticks: whole nanoseconds or bytes, so that sums are exact and an
/// observation is two relaxed additions without floating point.
package struct HistogramBuckets: Sendable, Hashable {
    /// How many bounds a histogram may have; the cells are laid out for this many and the infinite one.
    package static let boundsMax = 16

    let bounds: [UInt64]
    let ticksPerUnit: Double

    private init(bounds: [UInt64], ticksPerUnit: Double) {
        precondition(!bounds.isEmpty && bounds.count <= Self.boundsMax, "a histogram has 1 to 16 bounds")
        precondition(zip(bounds, bounds.dropFirst()).allSatisfy { $0 < $1 }, "bounds of a histogram ascend")
        self.bounds = bounds
        self.ticksPerUnit = ticksPerUnit
    }

    /// Bounds for durations, shown in seconds as Prometheus wants them.
    package static func durations(_ bounds: [Duration]) -> HistogramBuckets {
        HistogramBuckets(bounds: bounds.map(\.wholeNanoseconds), ticksPerUnit: 1e9)
    }

    /// Bounds for sizes in bytes or other whole numbers.
    package static func amounts(_ bounds: [UInt64]) -> HistogramBuckets {
        HistogramBuckets(bounds: bounds, ticksPerUnit: 1)
    }

    /// For calls through the gateway: from a fraction of a millisecond to the longest deadline.
    package static let callDurations = durations([
        .microseconds(500), .milliseconds(1), .microseconds(2_500), .milliseconds(5), .milliseconds(10),
        .milliseconds(25), .milliseconds(50), .milliseconds(100), .milliseconds(250), .milliseconds(500),
        .seconds(1), .milliseconds(2_500), .seconds(5), .seconds(30), .seconds(60), .seconds(300),
    ])
}

/// How often values fell between fixed bounds. A class because the handle that observes and the scrape that reads share
/// the cells.
///
/// A scrape may fall between the two additions of an observation, so the sum can be one observation off the count; the
/// count itself is always the sum of the buckets.
package final class Histogram: ExposedSeries {
    private let buckets: HistogramBuckets
    private let cells: InlineArray<17, Atomic<UInt64>>
    private let sum = Atomic<UInt64>(0)

    init(buckets: HistogramBuckets) {
        self.buckets = buckets
        cells = InlineArray { _ in Atomic(0) }
    }

    /// Notes a value in ticks: nanoseconds for durations, the number itself for amounts.
    package func observe(_ ticks: UInt64) {
        let bounds = buckets.bounds
        var bucket = 0
        while bucket < bounds.count && ticks > bounds[bucket] { bucket += 1 }
        cells[bucket].wrappingAdd(1, ordering: .relaxed)
        sum.wrappingAdd(ticks, ordering: .relaxed)
    }

    /// Notes a duration; one below zero counts as zero.
    package func observe(_ duration: Duration) {
        observe(duration.wholeNanoseconds)
    }

    /// How many values were noted.
    package var count: UInt64 {
        (0...buckets.bounds.count).reduce(0) { $0 &+ cells[$1].load(ordering: .relaxed) }
    }

    static let kind = MetricKind.histogram

    func expose(as name: String, labels: RenderedLabels, into page: inout ExpositionPage) {
        var cumulative: UInt64 = 0
        for bucket in 0...buckets.bounds.count {
            cumulative &+= cells[bucket].load(ordering: .relaxed)
            let isLast = bucket == buckets.bounds.count
            let bound = isLast ? "+Inf" : "\(Double(buckets.bounds[bucket]) / buckets.ticksPerUnit)"
            page.sample(name + "_bucket", labels: labels.adding("le", bound), value: .whole(cumulative))
        }
        let total = Double(sum.load(ordering: .relaxed)) / buckets.ticksPerUnit
        page.sample(name + "_sum", labels: labels, value: .number(total))
        page.sample(name + "_count", labels: labels, value: .whole(cumulative))
    }
}

extension Duration {
    /// Never negative, and the largest number instead of one too large.
    fileprivate var wholeNanoseconds: UInt64 {
        let (seconds, attoseconds) = components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        let (product, overflows) = UInt64(seconds).multipliedReportingOverflow(by: 1_000_000_000)
        guard !overflows else { return .max }
        let (sum, overflowsToo) = product.addingReportingOverflow(UInt64(attoseconds / 1_000_000_000))
        return overflowsToo ? .max : sum
    }
}
