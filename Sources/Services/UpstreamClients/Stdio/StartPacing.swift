/// When a program that died may be started again: sooner after one death, later after many.
///
/// A value without clock and chance; its owner gives both. Each death doubles the pause, and chance takes up to half of it
/// away, so that programs that died together do not come back together.
struct StartPacing {
    /// The pause after the first death.
    static let pauseMin: UInt64 = 250_000_000
    /// The longest pause.
    static let pauseMax: UInt64 = 60_000_000_000
    /// Who lived so long was well: its death is the first one again.
    static let settledTime: UInt64 = 30_000_000_000

    /// Deaths in a row.
    private(set) var deaths = 0
    /// The next start is not before this.
    private(set) var earliestStart: UInt64 = 0

    /// A process ended, or could not be started, `lived` after its start; `chance` is from 0 up to 1.
    mutating func died(at now: UInt64, lived: UInt64, chance: Double) {
        if lived >= Self.settledTime { deaths = 0 }
        deaths += 1
        let pause = min(Self.pauseMax, Self.pauseMin << UInt64(min(deaths - 1, 16)))
        earliestStart = now + pause - UInt64(Double(pause / 2) * chance)
    }
}
