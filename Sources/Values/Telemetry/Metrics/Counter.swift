import Synchronization

/// A number that only grows. A class because the handle that counts and the scrape that reads share one cell.
package final class Counter: ExposedSeries {
    private let cell = Atomic<UInt64>(0)

    init() {}

    /// Counts one, or several; one relaxed atomic addition.
    package func increment(by amount: UInt64 = 1) {
        cell.wrappingAdd(amount, ordering: .relaxed)
    }

    /// What has been counted so far.
    package var value: UInt64 {
        cell.load(ordering: .relaxed)
    }

    static let kind = MetricKind.counter

    func expose(as name: String, labels: RenderedLabels, into page: inout ExpositionPage) {
        page.sample(name, labels: labels, value: .whole(value))
    }
}

/// A number that goes up and down. A class because the handle that sets and the scrape that reads share one cell.
package final class Gauge: ExposedSeries {
    private let cell = Atomic<Int>(0)

    init() {}

    /// Says what it is now.
    package func set(_ value: Int) {
        cell.store(value, ordering: .relaxed)
    }

    /// Adds, or takes away when negative.
    package func add(_ amount: Int) {
        cell.wrappingAdd(amount, ordering: .relaxed)
    }

    /// What it is now.
    package var value: Int {
        cell.load(ordering: .relaxed)
    }

    static let kind = MetricKind.gauge

    func expose(as name: String, labels: RenderedLabels, into page: inout ExpositionPage) {
        page.sample(name, labels: labels, value: .number(Double(value)))
    }
}
