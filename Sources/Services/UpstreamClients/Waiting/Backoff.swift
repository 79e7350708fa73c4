import Reactor

/// Pauses that grow with each failure, half of each left to chance, so that many who fail together do not come back together.
struct Backoff {
    private let first: UInt64
    private let longest: UInt64
    private let random: @Sendable () -> Double
    private var failures = 0

    init(_ settings: UpstreamSettings) {
        first = settings.pauseMin.inNanoseconds
        longest = settings.pauseMax.inNanoseconds
        random = settings.random
    }

    /// The next pause, in nanoseconds.
    mutating func next() -> UInt64 {
        failures += 1
        return pause(failures)
    }

    /// It worked again.
    mutating func reset() {
        failures = 0
    }

    /// The pause after so many failures.
    func pause(_ failures: Int) -> UInt64 {
        let doublings = UInt64(min(max(failures - 1, 0), 30))
        let (grown, overflow) = first.multipliedReportingOverflow(by: 1 << doublings)
        return halfByChance(overflow ? longest : min(grown, longest))
    }

    /// A pause of this length, half of it left to chance.
    func halfByChance(_ whole: UInt64) -> UInt64 {
        whole / 2 + UInt64(Double(whole / 2) * random())
    }
}
