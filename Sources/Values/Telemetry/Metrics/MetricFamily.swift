import Synchronization

/// What Prometheus calls the type of a family.
package enum MetricKind: String, Sendable {
    /// Only grows.
    case counter
    /// Goes up and down.
    case gauge
    /// Counts by bucket.
    case histogram
}

/// One set of label values under a family, as the scrape sees it.
protocol ExposedSeries: AnyObject, Sendable {
    static var kind: MetricKind { get }
    func expose(as name: String, labels: RenderedLabels, into page: inout ExpositionPage)
}

/// All series of one name. A class because handles are resolved and scraped from several threads.
///
/// 1. A handle is resolved once, where an upstream or a route is set up, and kept; a call never looks one up.
/// 2. Equal label values give the same handle.
/// 3. There are at most `seriesMax` series; whatever comes later is counted together under `_overflow`, so that names
///    from outside can cost neither memory nor a scrape.
package final class MetricFamily<Series: AnyObject & Sendable>: Sendable {
    private struct State {
        var byValues: [[String]: Series] = [:]
        var inOrder: [(labels: RenderedLabels, series: Series)] = []
        var overflow: Series?
    }

    private let name: String
    private let help: String
    private let labels: [String]
    private let seriesMax: Int
    private let kind: MetricKind
    private let make: @Sendable () -> Series
    private let exposeSeries: @Sendable (Series, RenderedLabels, inout ExpositionPage) -> Void
    private let state = Mutex(State())

    init(name: String, help: String, labels: [String], seriesMax: Int, make: @escaping @Sendable () -> Series)
    where Series: ExposedSeries {
        kind = Series.kind
        exposeSeries = { series, labels, page in series.expose(as: name, labels: labels, into: &page) }
        self.name = name
        self.help = help
        self.labels = labels
        self.seriesMax = seriesMax
        self.make = make
    }

    /// The handle for these label values, in the order of the labels' names; values are cut at `MetricLimits`.
    package func series(_ values: String...) -> Series {
        precondition(values.count == labels.count, "\(name) has \(labels.count) labels")
        let key = values.map { $0.cut(toBytes: MetricLimits.labelValueBytesMax) }
        return state.withLock { state in
            if let known = state.byValues[key] { return known }
            guard state.byValues.count < seriesMax else { return overflow(&state) }
            let series = make()
            state.byValues[key] = series
            state.inOrder.append((RenderedLabels(zip(labels, key)), series))
            return series
        }
    }

    private func overflow(_ state: inout State) -> Series {
        if let overflow = state.overflow { return overflow }
        let series = make()
        state.overflow = series
        state.inOrder.append((RenderedLabels(labels.map { ($0, "_overflow") }), series))
        return series
    }
}

extension MetricFamily: ExposedFamily {
    func expose(into page: inout ExpositionPage) {
        page.heading(name, help: help, kind: kind)
        for (labels, series) in state.withLock({ $0.inOrder }) {
            exposeSeries(series, labels, &page)
        }
    }
}

/// A number that is read when it is asked for, such as open connections.
struct ReadingFamily: ExposedFamily {
    let name: String
    let help: String
    let kind: MetricKind
    let reading: @Sendable () -> Double?

    func expose(into page: inout ExpositionPage) {
        guard let value = reading() else { return }
        page.heading(name, help: help, kind: kind)
        page.sample(name, labels: RenderedLabels([]), value: .number(value))
    }
}

/// What the registry holds: whatever can write itself onto a page.
protocol ExposedFamily: Sendable {
    func expose(into page: inout ExpositionPage)
}

extension String {
    /// The longest beginning of at most `limit` bytes that ends at a character.
    fileprivate func cut(toBytes limit: Int) -> String {
        guard utf8.count > limit else { return self }
        var result = ""
        for character in self {
            guard result.utf8.count + character.utf8.count <= limit else { break }
            result.append(character)
        }
        return result
    }
}
