import Glibc
import HTTPTransport
import JSONCoding
import MCPWire
import Reactor
import Testing

@testable import UpstreamClients

@Suite(.serialized, .timeLimit(.minutes(2))) struct `The end of a stdio upstream` {
    @Test func `is the end of all that its processes started`() async throws {
        try await withUpstream("old") { (bench) async throws in
            let first = pid_t(try await bench.text("family")) ?? 0
            let second = pid_t(try await bench.text("family", lease: .asking("a"), capabilities: canBeAsked)) ?? 0
            #expect(isAlive(first) && isAlive(second))
            await bench.upstream.stop()
            #expect(!isAlive(first) && !isAlive(second))
            #expect(bench.children.count == 0)
        }
    }

    @Test func `comes also over a process that ignores its input's end and SIGTERM`() async throws {
        var settings = StdioSettings.quick
        settings.stopTime = .milliseconds(50)
        try await withUpstream("deaf", settings: settings) { (bench) async throws in
            let id = pid_t(try await bench.text("pid")) ?? 0
            await bench.upstream.stop()
            #expect(!isAlive(id))
        }
    }

    @Test func `fails the calls in flight and those that come later`() async throws {
        try await withUpstream("old") { (bench) async throws in
            let held = Task { await bench.failure("hold") }
            try await bench.until { bench.book.texts.contains { $0.hasPrefix("holding") } }
            await bench.upstream.stop()
            #expect(await held.value == .process(.ended("was ended", sent: true)))
            #expect(await bench.failure("echo") == .process(.notStarted("the gateway stops")))
        }
    }

    @Test func `may be asked for twice at once`() async throws {
        try await withUpstream("old") { (bench) async throws in
            _ = try await bench.text("pid")
            async let first: Void = bench.upstream.stop()
            async let second: Void = bench.upstream.stop()
            _ = await (first, second)
            #expect(bench.children.count == 0)
        }
    }

    @Test func `comes to a retired one with the end of its last call`() async throws {
        try await withUpstream("old") { (bench) async throws in
            let held = Task { await bench.outcome("hold") }
            try await bench.until { bench.book.texts.contains { $0.hasPrefix("holding") } }
            let id = pid_t(try await bench.text("pid")) ?? 0
            bench.upstream.retire()
            #expect(isAlive(id))
            #expect(try await bench.echo("still") == "still")
            held.cancel()
            _ = await held.value
            try await bench.until { !isAlive(id) }
        }
    }

    @Test func `comes to idle processes when they are let go of, and calls start them again`() async throws {
        try await withUpstream("old") { (bench) async throws in
            let shared = pid_t(try await bench.text("pid")) ?? 0
            let own = pid_t(try await bench.text("pid", lease: .asking("a"), capabilities: canBeAsked)) ?? 0
            bench.upstream.closeIdle()
            try await bench.until { !isAlive(shared) && !isAlive(own) }
            #expect(try await bench.echo("again") == "again")
        }
    }
}
