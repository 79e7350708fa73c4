import Testing

@testable import UpstreamClients

@Suite struct `The pace of restarts` {
    @Test func `doubles the pause after each death up to a minute`() {
        var pacing = StartPacing()
        var pauses: [UInt64] = []
        for _ in 0..<12 {
            pacing.died(at: 1_000, lived: 0, chance: 0)
            pauses.append((pacing.earliestStart - 1_000) / 1_000_000)
        }
        #expect(pauses == [250, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000, 60_000])
    }

    @Test func `leaves up to half of a pause to chance`() {
        var pacing = StartPacing()
        pacing.died(at: 0, lived: 0, chance: 0.5)
        #expect(pacing.earliestStart == StartPacing.pauseMin / 4 * 3)
    }

    @Test func `begins anew after a life that was long enough`() {
        var pacing = StartPacing()
        for _ in 0..<5 { pacing.died(at: 0, lived: StartPacing.settledTime - 1, chance: 0) }
        #expect(pacing.deaths == 5)
        pacing.died(at: 0, lived: StartPacing.settledTime, chance: 0)
        #expect(pacing.deaths == 1)
        #expect(pacing.earliestStart == StartPacing.pauseMin)
    }

    @Test func `survives any number of deaths`() {
        var pacing = StartPacing()
        for _ in 0..<1_000 { pacing.died(at: 5, lived: 0, chance: 0.999) }
        #expect(pacing.earliestStart > StartPacing.pauseMax / 2)
    }
}
