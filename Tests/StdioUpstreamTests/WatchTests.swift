import HTTPTransport
import JSONCoding
import MCPWire
import Reactor
import Testing

@testable import UpstreamClients

extension UpstreamBench {
    /// Watches while `body` runs.
    func watching(_ interest: WatchInterest, _ sink: TestSink, _ body: () async throws -> Void) async throws {
        let task = loop.runTask { [upstream, loop] in await upstream.watch(interest, sink: sink, on: loop) }
        let outcome: Result<Void, any Error>
        do {
            try await body()
            outcome = .success(())
        } catch {
            outcome = .failure(error)
        }
        task.cancel()
        await task.value
        try outcome.get()
    }
}

@Suite(.serialized, .timeLimit(.minutes(2))) struct `Watching a stdio upstream` {
    private var interest: WatchInterest {
        var interest = WatchInterest()
        interest.tools = true
        interest.resourceURIs = ["test://one"]
        return interest
    }

    @Test func `tells of changes at an old server`() async throws {
        try await withUpstream("old") { (bench) async throws in
            let sink = TestSink()
            try await bench.watching(interest, sink) {
                try await bench.until { sink.changes == ["watching"] }
                #expect(try await bench.text("change") == "changed")
                #expect(sink.changes == ["watching", "tools", "updated test://one"])
            }
            // Nobody wants to hear of the resource any more.
            #expect(try await bench.text("change") == "changed")
            #expect(sink.changes == ["watching", "tools", "updated test://one"])
        }
    }

    @Test func `tells of changes at a new server`() async throws {
        try await withUpstream("modern") { (bench) async throws in
            let sink = TestSink()
            try await bench.watching(interest, sink) {
                try await bench.until { sink.changes == ["watching", "tools"] }
            }
            try await bench.until { bench.book.texts.contains { $0.hasPrefix("cancelled") } }
        }
    }

    @Test(arguments: ["old", "modern"]) func `begins again when the process died`(words: String) async throws {
        try await withUpstream(words) { (bench) async throws in
            let sink = TestSink()
            try await bench.watching(interest, sink) {
                try await bench.until { sink.changes.contains("watching") }
                #expect(await bench.failure("die") != nil)
                try await bench.until { sink.changes.count { $0 == "watching" } == 2 }
            }
        }
    }

    @Test func `starts nothing at a retired upstream`() async throws {
        try await withUpstream("old") { (bench) async throws in
            let sink = TestSink()
            try await bench.watching(interest, sink) {
                try await bench.until { sink.changes == ["watching"] }
                bench.upstream.retire()
                try await bench.until { bench.started.count { isAlive($0) } == 0 }
                #expect(bench.started.count == 2)
            }
        }
    }
}
