import Telemetry
import Testing

private func parsed(_ text: String) -> TraceContext? {
    TraceContext(Array(text.utf8).span)
}

private func text(_ context: TraceContext) -> String {
    var bytes: [UInt8] = []
    context.append(to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
}

/// Counts up from a start, so that ids are known.
private struct CountingRandom: RandomNumberGenerator {
    var value: UInt64
    mutating func next() -> UInt64 {
        value &+= 1
        return value
    }
}

private let valid = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

@Suite struct `A traceparent` {
    @Test(arguments: [valid, "00-0000000000000000000000000000000a-000000000000000b-00"])
    func `comes out as it went in`(value: String) throws {
        #expect(text(try #require(parsed(value))) == value)
    }

    @Test func `keeps only the one flag that version 00 knows`() throws {
        let context = try #require(parsed("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-ff"))
        #expect(context.isSampled)
        #expect(text(context) == valid)
        #expect(try #require(parsed("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-02")).isSampled == false)
    }

    @Test(arguments: [
        "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-what-the-future-brings",
        "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-",
    ])
    func `of a later version is read like version 00`(value: String) throws {
        #expect(text(try #require(parsed(value))) == valid)
    }

    @Test(arguments: [
        "", "00", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-011",
        "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01.x",
        "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
        "00-4BF92F3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "0G-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e473g-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902bz-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0x",
        "00_4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736_00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7_01",
        " 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    ])
    func `that breaks a rule is refused`(value: String) {
        #expect(parsed(value) == nil)
    }

    @Test func `has children in the same trace with spans of their own`() throws {
        let parent = try #require(parsed(valid))
        var random = SystemRandomNumberGenerator()
        let (first, second) = (parent.child(using: &random), parent.child(using: &random))
        for child in [first, second] {
            #expect(child.traceIDText == "4bf92f3577b34da6a3ce929d0e0e4736")
            #expect(child.isSampled && child.span != parent.span && child.span != 0)
        }
        #expect(first.span != second.span)
    }

    @Test func `that starts here takes its ids from the given source and never zero`() throws {
        var random = CountingRandom(value: .max)
        let context = TraceContext(isSampled: false, using: &random)
        #expect(parsed(text(context)) == context)
        var same = CountingRandom(value: .max)
        #expect(TraceContext(isSampled: false, using: &same) == context)
    }
}

@Suite struct `A source of span ids` {
    /// The first outputs of SplitMix64 from the state 0, as its authors published them.
    @Test func `is SplitMix64`() {
        var zero = CountingRandom(value: .max)
        var source = SpanIDSource(seededBy: &zero)
        #expect(
            [source.next(), source.next(), source.next()] == [
                0xE220_A839_7B1D_CDAF, 0x6E78_9E6A_A1B9_65F4, 0x06C4_5D18_8009_454F,
            ])
    }
}

@Suite struct `A tracestate` {
    private func kept(_ text: String) -> [UInt8]? { TraceState(Array(text.utf8).span)?.bytes }

    @Test func `is kept byte by byte`() {
        let text = "congo=t61rcWkgMzE,rojo=00f067aa0ba902b7, \tx@y=z"
        #expect(kept(text) == Array(text.utf8))
    }

    @Test func `is dropped when empty or with bytes that a header may not have`() {
        for text in ["", "a=b\nc", "a=\u{0}", "a=é"] { #expect(kept(text) == nil) }
    }

    @Test func `is kept up to its limits and dropped beyond them`() {
        let full = "a=" + String(repeating: "x", count: TraceState.bytesMax - 2)
        #expect(kept(full) != nil)
        #expect(kept(full + "x") == nil)
        let members = Array(repeating: "a=b", count: TraceState.membersMax)
        #expect(kept(members.joined(separator: ",")) != nil)
        #expect(kept((members + ["a=b"]).joined(separator: ",")) == nil)
    }
}
