import Synchronization

/// What metrics may cost.
package enum MetricLimits {
    /// Series of one family unless the family says otherwise: servers times upstreams times outcomes, with room.
    package static let seriesMax = 2_000
    /// Bytes of one label value.
    package static let labelValueBytesMax = 128
}

/// The numbers of one process, exposed as Prometheus text. A class because everything that counts registers with the
/// one that is scraped.
///
/// Names are constants of ours; a wrong or repeated one is a mistake of the programmer and stops the start.
package final class Metrics: Sendable {
    private struct Registered {
        var names: Set<String> = []
        var families: [any ExposedFamily] = []
    }

    /// What the answer's `Content-Type` must say.
    package static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    private let registered = Mutex(Registered())

    /// An empty registry.
    package init() {}

    /// Registers a counter without labels. Its name ends in `_total`.
    package func counter(_ name: String, help: String) -> Counter {
        counters(name, help: help, labels: []).series()
    }

    /// Registers counters that are told apart by labels. Their name ends in `_total`.
    package func counters(
        _ name: String, help: String, labels: [String], seriesMax: Int = MetricLimits.seriesMax
    ) -> MetricFamily<Counter> {
        precondition(name.hasSuffix("_total"), "a counter's name ends in _total: \(name)")
        return family(name, help: help, labels: labels, seriesMax: seriesMax) { Counter() }
    }

    /// Registers a gauge without labels.
    package func gauge(_ name: String, help: String) -> Gauge {
        gauges(name, help: help, labels: []).series()
    }

    /// Registers gauges that are told apart by labels.
    package func gauges(
        _ name: String, help: String, labels: [String], seriesMax: Int = MetricLimits.seriesMax
    ) -> MetricFamily<Gauge> {
        family(name, help: help, labels: labels, seriesMax: seriesMax) { Gauge() }
    }

    /// Registers a histogram without labels.
    package func histogram(_ name: String, help: String, buckets: HistogramBuckets) -> Histogram {
        histograms(name, help: help, labels: [], buckets: buckets).series()
    }

    /// Registers histograms that are told apart by labels.
    package func histograms(
        _ name: String, help: String, labels: [String], buckets: HistogramBuckets,
        seriesMax: Int = MetricLimits.seriesMax
    ) -> MetricFamily<Histogram> {
        family(name, help: help, labels: labels, seriesMax: seriesMax) { Histogram(buckets: buckets) }
    }

    /// Registers a number that is read at each scrape, from any thread; `nil` leaves it out of this one.
    package func reading(
        _ name: String, help: String, kind: MetricKind = .gauge, _ reading: @escaping @Sendable () -> Double?
    ) {
        precondition(kind != .histogram, "a histogram is not read as one number")
        register(name, ReadingFamily(name: name, help: help, kind: kind, reading: reading))
    }

    /// The page of all families in the order of their registration.
    package func exposition() -> [UInt8] {
        var page = ExpositionPage()
        // Out of the lock, because readings are code of others.
        for family in registered.withLock({ $0.families }) { family.expose(into: &page) }
        return page.bytes
    }

    private func family<Series: ExposedSeries>(
        _ name: String, help: String, labels: [String], seriesMax: Int, make: @escaping @Sendable () -> Series
    ) -> MetricFamily<Series> {
        for label in labels {
            precondition(label.isMetricName && !label.contains(":"), "not a label's name: \(label)")
            precondition(!label.hasPrefix("__") && label != "le", "a reserved label: \(label)")
        }
        let family = MetricFamily(name: name, help: help, labels: labels, seriesMax: seriesMax, make: make)
        register(name, family)
        return family
    }

    private func register(_ name: String, _ family: any ExposedFamily) {
        precondition(name.isMetricName, "not a metric's name: \(name)")
        registered.withLock { registered in
            precondition(registered.names.insert(name).inserted, "registered twice: \(name)")
            registered.families.append(family)
        }
    }
}

extension String {
    fileprivate var isMetricName: Bool {
        guard let first = utf8.first, !(0x30...0x39).contains(first) else { return false }
        return utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: ":"): true
            default: false
            }
        }
    }
}
