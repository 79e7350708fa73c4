import GatewayModel
import Glibc
import JSONCoding
import MCPWire
import Reactor
import Synchronization
import Telemetry
import Testing

@testable import UpstreamClients

/// What a test of a stdio upstream stands on; everything that it started is gone afterwards, or the test fails.
final class UpstreamBench: Sendable {
    let loops: [EventLoop]
    let children: ChildProcesses
    let upstream: StdioUpstream
    let book: LogBook
    private let startLog: String

    fileprivate init(
        loops: [EventLoop], children: ChildProcesses, upstream: StdioUpstream, book: LogBook, startLog: String
    ) {
        self.loops = loops
        self.children = children
        self.upstream = upstream
        self.book = book
        self.startLog = startLog
    }

    var loop: EventLoop { loops[0] }

    /// The numbers of all processes that were started.
    var started: [pid_t] {
        guard let file = fopen(startLog, "r") else { return [] }
        defer { fclose(file) }
        var ids: [pid_t] = []
        var line = [CChar](repeating: 0, count: 64)
        while fgets(&line, 64, file) != nil { ids.append(atoi(line)) }
        return ids
    }

    /// A call of a tool, on a loop as the gateway does it.
    func outcome(
        _ tool: String, _ arguments: JSONObject = [:], lease: LeaseKey = .shared, capabilities: JSONObject = [:],
        wantsProgress: Bool = false, host: any CallHost = NobodyHost(), seconds: UInt64 = 30, loop: Int = 0
    ) async -> Result<UpstreamOutcome, UpstreamError> {
        let request = UpstreamRequest(
            method: .toolsCall, methodName: "tools/call",
            params: ["name": .string(tool), "arguments": .object(arguments)], lease: lease,
            capabilities: capabilities, wantsProgress: wantsProgress,
            deadline: seconds == .max ? .max : monotonicNanoseconds() + seconds * 1_000_000_000)
        let chosen = loops[loop]
        let task = chosen.runTask { [upstream] in
            do throws(UpstreamError) {
                return Result<UpstreamOutcome, UpstreamError>.success(
                    try await upstream.call(request, host: host, on: chosen))
            } catch {
                return .failure(error)
            }
        }
        return await withTaskCancellationHandler {
            await task.value
        } onCancel: {
            task.cancel()
        }
    }

    /// The text that a tool answers.
    func text(
        _ tool: String, _ arguments: JSONObject = [:], lease: LeaseKey = .shared, capabilities: JSONObject = [:],
        host: any CallHost = NobodyHost(), loop: Int = 0
    ) async throws -> String {
        let outcome = try await outcome(
            tool, arguments, lease: lease, capabilities: capabilities, host: host, loop: loop
        ).get()
        guard case .result(let result) = outcome else {
            Issue.record("\(outcome)")
            return ""
        }
        return try #require(result["content"]?.arrayValue?.first?["text"]?.stringValue)
    }

    /// What comes back of a text.
    func echo(_ word: String) async throws -> String {
        try await text("echo", ["text": .string(word)])
    }

    /// Why a call failed.
    func failure(_ tool: String, _ arguments: JSONObject = [:], seconds: UInt64 = 30) async -> UpstreamError? {
        if case .failure(let error) = await outcome(tool, arguments, seconds: seconds) { error } else { nil }
    }

    func describe() async throws -> UpstreamDescription {
        try await loop.runTask { [upstream, loop] in
            do throws(UpstreamError) {
                return Result<UpstreamDescription, UpstreamError>.success(
                    try await upstream.describe(
                        .shared, deadline: monotonicNanoseconds() + 30_000_000_000, on: loop))
            } catch {
                return .failure(error)
            }
        }.value.get()
    }

    /// Waits until something is so; the test's time limit is its deadline.
    func until(_ isSo: @Sendable () -> Bool) async throws {
        while !isSo() { try await Task.sleep(for: .milliseconds(2)) }
    }
}

/// Runs `body` with an upstream whose process is the test server with these words.
func withUpstream(
    _ words: String..., settings: StdioSettings = .quick, environment: [StdioVariable] = [], loops count: Int = 1,
    _ body: (UpstreamBench) async throws -> Void
) async throws {
    let lane = BlockingLane(threads: 2, queueMax: 64)
    let group = try EventLoopGroup(count: count)
    group.start()
    let children = try ChildProcesses(lane: lane, isOnlyParent: false)
    let book = LogBook()
    let startLog = "/tmp/patchbay-stdio-\(getpid())-\(UInt64.random(in: 0 ... .max))"
    defer { unlink(startLog) }
    let definition = try StdioUpstreamDefinition(
        command: ["python3", "-S", "-E", serverPath] + words,
        environment: [StdioVariable(name: "START_LOG", value: Secret(startLog))] + environment,
        workingDirectory: "/tmp")
    let upstream = StdioUpstream(
        name: "test", definition: definition, settings: settings, children: children,
        surroundings: ["PATH": "/usr/local/bin:/usr/bin:/bin", "GATEWAY_SECRET": "hidden"],
        ownInfo: ["name": "patchbay", "version": "0"], log: book.log)
    let bench = UpstreamBench(
        loops: group.loops, children: children, upstream: upstream, book: book, startLog: startLog)
    let outcome: Result<Void, any Error>
    do {
        outcome = .success(try await body(bench))
    } catch {
        outcome = .failure(error)
    }
    await upstream.stop()
    #expect(children.count == 0)
    #expect(bench.started.filter { kill($0, 0) == 0 } == [])
    await children.stopAll(grace: .zero)
    lane.shutDown()
    group.stopAndJoin()
    try outcome.get()
}

extension StdioSettings {
    /// Settings for programs that are near and fast.
    static var quick: StdioSettings {
        var settings = StdioSettings()
        settings.stopTime = .milliseconds(300)
        settings.processesPerLeaseMax = 1
        return settings
    }
}

private let serverPath = packageRoot + "/Tests/Data/StdioServers/server.py"
private let packageRoot = #filePath.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" }

/// Whether a process is there; a zombie does not count.
func isAlive(_ id: pid_t) -> Bool {
    guard let file = fopen("/proc/\(id)/stat", "r") else { return false }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 512)
    guard fgets(&line, 512, file) != nil else { return false }
    let stat = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return !(stat.split(separator: ")").last?.hasPrefix(" Z") ?? false)
}

/// A client that answers every question with the same words, and remembers what it heard.
final class TestHost: CallHost {
    private let heard = Mutex<(notifications: [String], questions: [ClientQuestion])>(([], []))
    private let answer: ClientAnswer

    init(answer: ClientAnswer = .result(["action": "accept"])) {
        self.answer = answer
    }

    var notifications: [String] { heard.withLock { $0.notifications } }
    var questions: [ClientQuestion] { heard.withLock { $0.questions } }

    func notify(_ notification: CallNotification) async {
        heard.withLock { $0.notifications.append("\(notification)") }
    }

    func ask(_ questions: [ClientQuestion]) async throws(ClientSilence) -> [String: ClientAnswer] {
        heard.withLock { $0.questions += questions }
        return Dictionary(uniqueKeysWithValues: questions.map { ($0.key, answer) })
    }
}

/// Counts what happens in several tasks.
final class Tally: Sendable {
    private let number = Mutex(0)

    var count: Int { number.withLock { $0 } }

    func add() {
        number.withLock { $0 += 1 }
    }
}

/// Remembers what changed.
final class TestSink: WatchSink {
    private let heard = Mutex<[String]>([])

    var changes: [String] { heard.withLock { $0 } }

    func changed(_ change: UpstreamChange) {
        let word =
            switch change {
            case .tools: "tools"
            case .watching: "watching"
            case .resourceUpdated(let params): "updated \(params["uri"]?.stringValue ?? "")"
            case .prompts, .resources, .task, .message, .elicitationComplete: "other"
            }
        heard.withLock { $0.append(word) }
    }
}

/// Clients that may be asked something.
extension LeaseKey {
    static func asking(_ principal: String) -> LeaseKey {
        LeaseKey(principal: principal, interactive: .formElicitation)
    }
}

let canBeAsked: JSONObject = ["elicitation": [:]]
