import JSONCoding
import MCPWire
import Telemetry
import Testing

@testable import UpstreamClients

@Suite(.serialized, .timeLimit(.minutes(2))) struct `The era of a stdio upstream` {
    @Test func `is found with the process that is kept when it is the stateless one`() async throws {
        try await withUpstream("modern") { (bench) async throws in
            #expect(try await bench.describe().revision == .v2026_07_28)
            #expect(bench.started.count == 1)
        }
    }

    @Test(arguments: ["old", "dies-of-discover"])
    func `is found with a process that is thrown away when it is the older one`(
        words: String
    ) async throws {
        try await withUpstream(words) { (bench) async throws in
            #expect(try await bench.describe().revision == .v2025_11_25)
            try await bench.until { bench.started.count { isAlive($0) } == 1 }
            #expect(bench.started.count == 2)
            // What the first one says is not for the operator, what the second one says is.
            _ = try await bench.text("flood", ["lines": 1])
            let levels = bench.book.all.filter { $0.fields["text"] != nil }.map(\.level)
            #expect(levels == [.debug, .info])
        }
    }

    @Test func `is the older one when the question is met with silence`() async throws {
        var settings = StdioSettings.quick
        settings.probeTime = .milliseconds(50)
        try await withUpstream("silent-to-discover", settings: settings) { (bench) async throws in
            #expect(try await bench.describe().revision == .v2025_11_25)
            #expect(try await bench.echo("on") == "on")
            try await bench.until { bench.started.count { isAlive($0) } == 1 }
        }
    }

    @Test func `is remembered when a process dies`() async throws {
        try await withUpstream("old") { (bench) async throws in
            _ = try await bench.describe()
            #expect(bench.started.count == 2)
            _ = await bench.failure("die")
            _ = try await bench.text("pid")
            #expect(bench.started.count == 3)
        }
    }

    @Test(arguments: [("slow", Revision.v2025_11_25), ("slow modern", .v2026_07_28)])
    func `is found also when the program starts slowly`(words: String, revision: Revision) async throws {
        var settings = StdioSettings.quick
        settings.probeTime = .milliseconds(20)
        let words = words.split(separator: " ").map(String.init)
        try await withUpstream(words[0], words.last ?? "", settings: settings) { (bench) async throws in
            #expect(try await bench.describe().revision == revision)
            #expect(try await bench.echo("on") == "on")
            try await bench.until { bench.started.count { isAlive($0) } == 1 }
        }
    }

    @Test(arguments: [("upgraded", "2"), ("downgraded", "1")])
    func `is another one when the program is another one`(words: String, version: String) async throws {
        try await withUpstream(words) { (bench) async throws in
            let before = try await bench.describe().revision
            _ = await bench.failure("die")
            #expect(try await bench.echo("on") == "on")
            let after = try await bench.describe()
            #expect(after.revision != before)
            #expect(after.serverInfo["version"] == .string(version))
        }
    }

    @Test func `is asked for again when what is remembered is too old`() async throws {
        var settings = StdioSettings.quick
        settings.handshakeTime = .zero
        try await withUpstream("old", settings: settings) { (bench) async throws in
            _ = try await bench.describe()
            _ = await bench.failure("die")
            _ = try await bench.text("pid")
            #expect(bench.started.count == 4)
        }
    }

    @Test func `that we do not speak is an error`() async throws {
        try await withUpstream("only-later") { (bench) async throws in
            guard case .garbage(let reason) = await bench.failure("echo") else {
                Issue.record("it was no error")
                return
            }
            #expect(reason.contains("2099-01-01"))
        }
    }

    @Test func `is none when the handshake is refused`() async throws {
        try await withUpstream("refuses") { (bench) async throws in
            guard case .garbage(let reason) = await bench.failure("echo") else {
                Issue.record("it was no error")
                return
            }
            #expect(reason.contains("Unsupported protocol version"))
        }
    }
}
