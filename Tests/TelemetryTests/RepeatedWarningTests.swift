import Telemetry
import Testing

@Suite struct `A repeated warning` {
    private let start = ContinuousClock.now

    @Test func `is said at once, then kept back for the interval, then said with what was kept back`() {
        var warning = RepeatedWarning<String>(every: .seconds(10))
        #expect(warning.occurred("refused", at: start) == .say(more: 0))
        for second in 1...9 {
            #expect(warning.occurred("refused", at: start + .seconds(second)) == .keepBack)
        }
        #expect(warning.occurred("refused", at: start + .seconds(10)) == .say(more: 9))
        #expect(warning.occurred("refused", at: start + .seconds(19)) == .keepBack)
        #expect(warning.occurred("refused", at: start + .seconds(21)) == .say(more: 1))
    }

    @Test func `keeps causes apart`() {
        var warning = RepeatedWarning<Int>(every: .seconds(10))
        #expect(warning.occurred(1, at: start) == .say(more: 0))
        #expect(warning.occurred(2, at: start) == .say(more: 0))
        #expect(warning.occurred(1, at: start) == .keepBack)
    }

    @Test func `gives a last word about what was kept back, once`() {
        var warning = RepeatedWarning<String>(every: .seconds(10))
        for cause in ["once", "twice", "twice"] { _ = warning.occurred(cause, at: start) }
        #expect(warning.takeOverdue(at: start + .seconds(9)).isEmpty)
        let overdue = warning.takeOverdue(at: start + .seconds(10))
        #expect(overdue.map(\.cause) == ["twice"] && overdue.map(\.more) == [1])
        #expect(warning.takeOverdue(at: start + .seconds(30)).isEmpty)
    }

    @Test func `remembers causes up to its limit, and beyond it forgets the one said longest ago`() {
        var warning = RepeatedWarning<Int>(every: .seconds(1_000))
        let limit = RepeatedWarning<Int>.causesMax
        for cause in 0..<limit { _ = warning.occurred(cause, at: start + .seconds(cause)) }
        for cause in 0..<limit { #expect(warning.occurred(cause, at: start + .seconds(limit)) == .keepBack) }
        #expect(warning.occurred(limit, at: start + .seconds(limit)) == .say(more: 0))
        #expect(warning.occurred(1, at: start + .seconds(limit)) == .keepBack)
        #expect(warning.occurred(0, at: start + .seconds(limit)) == .say(more: 0))
    }

    @Test func `says in the line how many more there were`() {
        let collected = CollectedLog()
        let log = Log(sink: collected.sink)
        log.warning("refused", ["upstream": "weather"], unless: RepeatedWarning<Int>.Verdict.say(more: 0))
        log.warning("refused", ["upstream": "weather"], unless: RepeatedWarning<Int>.Verdict.keepBack)
        log.warning("refused", ["upstream": "weather"], unless: RepeatedWarning<Int>.Verdict.say(more: 120))
        #expect(collected.all.map(\.message) == ["refused", "refused (and 120 more like this)"])
        #expect(collected.all.last?.fields["more"] == 120)
    }
}
