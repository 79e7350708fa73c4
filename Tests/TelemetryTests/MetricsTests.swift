import Glibc
import Telemetry
import Testing

private func page(_ metrics: Metrics) -> String {
    String(decoding: metrics.exposition(), as: UTF8.self)
}

@Suite struct `Metrics of a process` {
    @Test func `are exposed with help, type and every series in order`() {
        let metrics = Metrics()
        let calls = metrics.counters("calls_total", help: "Calls.", labels: ["upstream", "outcome"])
        calls.series("weather", "ok").increment()
        calls.series("weather", "failed").increment(by: 2)
        calls.series("weather", "ok").increment()
        let open = metrics.gauge("open_connections", help: "Open now.")
        open.set(7)
        open.add(-2)
        metrics.reading("answer", help: "Read when asked.") { 42.5 }
        metrics.reading("absent", help: "Not known now.") { nil }
        #expect(
            page(metrics) == """
                # HELP calls_total Calls.
                # TYPE calls_total counter
                calls_total{upstream="weather",outcome="ok"} 2
                calls_total{upstream="weather",outcome="failed"} 2
                # HELP open_connections Open now.
                # TYPE open_connections gauge
                open_connections 5.0
                # HELP answer Read when asked.
                # TYPE answer gauge
                answer 42.5

                """)
    }

    @Test func `escape backslash, quote and line feed where the format says so`() {
        let metrics = Metrics()
        let family = metrics.gauges("g", help: "a\\b\n\"c\"", labels: ["l"])
        family.series("x\"} 1\ny{\\").set(1)
        #expect(
            page(metrics) == #"""
                # HELP g a\\b\n"c"
                # TYPE g gauge
                g{l="x\"} 1\ny{\\"} 1.0

                """#)
    }

    @Test func `count exactly beyond what a double can hold`() {
        let metrics = Metrics()
        metrics.counter("c_total", help: "C.").increment(by: 9_007_199_254_740_993)
        #expect(page(metrics).hasSuffix("c_total 9007199254740993\n"))
    }

    @Test func `give the same handle for the same labels`() {
        let family = Metrics().counters("c_total", help: "C.", labels: ["a"])
        #expect(family.series("x") === family.series("x"))
        #expect(family.series("x") !== family.series("y"))
    }

    @Test func `put series beyond the limit under one that says so`() {
        let metrics = Metrics()
        let family = metrics.counters("c_total", help: "C.", labels: ["a"], seriesMax: 2)
        #expect(family.series("1") !== family.series("2"))
        #expect(!page(metrics).contains("_overflow"))
        family.series("3").increment()
        family.series("4").increment()
        family.series("2").increment()
        #expect(page(metrics).hasSuffix("c_total{a=\"2\"} 1\nc_total{a=\"_overflow\"} 2\n"))
    }

    @Test func `cut label values at their limit, to one series`() {
        let metrics = Metrics()
        let family = metrics.counters("c_total", help: "C.", labels: ["a"])
        let full = String(repeating: "x", count: MetricLimits.labelValueBytesMax)
        #expect(family.series(full) === family.series(full + "y"))
        #expect(page(metrics).contains("\"\(full)\""))
        #expect(family.series(String(full.dropLast())) !== family.series(full))
    }

    @Test func `lose nothing when many tasks count at once`() async {
        let metrics = Metrics()
        let counter = metrics.counter("c_total", help: "C.")
        let histogram = metrics.histogram("h", help: "H.", buckets: .amounts([10, 20]))
        await withTaskGroup(of: Void.self) { group in
            for task in 0..<8 {
                group.addTask {
                    for _ in 0..<1_000 {
                        counter.increment()
                        histogram.observe(UInt64(task))
                    }
                }
            }
        }
        #expect(counter.value == 8_000)
        #expect(page(metrics).contains("h_sum 28000.0\nh_count 8000\n"))
    }
}

@Suite struct `A histogram` {
    @Test func `counts a value in its bucket and every larger one, and sums exactly`() {
        let metrics = Metrics()
        let histogram = metrics.histograms(
            "took_seconds", help: "Took.", labels: ["m"], buckets: .durations([.milliseconds(1), .milliseconds(10)])
        ).series("call")
        for duration in [.microseconds(500), .milliseconds(1), .nanoseconds(1_000_001), .seconds(2)] as [Duration] {
            histogram.observe(duration)
        }
        histogram.observe(.seconds(-5))
        #expect(
            page(metrics) == """
                # HELP took_seconds Took.
                # TYPE took_seconds histogram
                took_seconds_bucket{m="call",le="0.001"} 3
                took_seconds_bucket{m="call",le="0.01"} 4
                took_seconds_bucket{m="call",le="+Inf"} 5
                took_seconds_sum{m="call"} 2.002500001
                took_seconds_count{m="call"} 5

                """)
        #expect(histogram.count == 5)
    }

    @Test func `takes as many bounds as the limit says`() {
        let bounds = (1...UInt64(HistogramBuckets.boundsMax)).map { $0 }
        let metrics = Metrics()
        let histogram = metrics.histogram("h", help: "H.", buckets: .amounts(bounds))
        histogram.observe(16)
        histogram.observe(17)
        #expect(page(metrics).contains("h_bucket{le=\"16.0\"} 1\nh_bucket{le=\"+Inf\"} 2\n"))
    }

    @Test func `refuses one bound more than the limit`() async {
        await #expect(processExitsWith: .failure) {
            _ = HistogramBuckets.amounts((0...UInt64(HistogramBuckets.boundsMax)).map { $0 })
        }
    }
}

@Suite struct `Readings of the process` {
    @Test func `are plausible`() {
        #expect((1_000_000...10_000_000_000).contains(ProcessReadings.residentMemoryBytes() ?? 0))
        #expect((ProcessReadings.openDescriptors() ?? 0) >= 3)
        #expect((ProcessReadings.descriptorsMax() ?? 0) >= 64)
        #expect((ProcessReadings.cpuSeconds() ?? 0) > 0)
    }

    @Test func `stand on the page under the usual names`() {
        let metrics = Metrics()
        ProcessReadings.register(with: metrics)
        for name in [
            "process_resident_memory_bytes", "process_open_fds", "process_max_fds", "process_cpu_seconds_total",
        ] {
            #expect(page(metrics).contains("# TYPE \(name) "))
        }
    }
}
