import GatewayModel
import HTTPTransport
import JSONCoding
import MCPWire
import Reactor
import UpstreamClients

/// An upstream whose every answer a test decides; nothing of it is on a network.
final class ScriptedUpstream: UpstreamClient {
    typealias Answer = @Sendable (UpstreamRequest, any CallHost) async throws(UpstreamError) -> UpstreamOutcome

    /// What it offers; a test may change it.
    struct Contents: Sendable {
        var revision = Revision.v2026_07_28
        var capabilities: JSONObject = ["tools": [:]]
        var instructions: String?
        var tools: [JSONObject] = []
        var prompts: [JSONObject] = []
        var resources: [JSONObject] = []
        var templates: [JSONObject] = []
        var milliseconds: Int?
        /// Set while it is away.
        var failure: UpstreamError?
        /// Passed before it says what it is.
        var gate: Gate?
    }

    struct Watch: Sendable {
        let number: Int
        let interest: WatchInterest
        let sink: any WatchSink
    }

    let name: String
    private let contents: Box<Contents>
    private let answering = Box<Answer?>(nil)
    private let listAnswer = Box<Answer?>(nil)
    private let record = Box<[UpstreamRequest]>([])
    private let described = Box(0)
    private let watches = Box<[Watch]>([])
    private let ended = Box<[Int]>([])

    init(_ name: String, _ change: (inout Contents) -> Void = { _ in }) {
        self.name = name
        var contents = Contents()
        change(&contents)
        self.contents = Box(contents)
    }

    /// One with these tools that take anything, and do what `answer` says.
    convenience init(_ name: String, tools: [String], answer: Answer? = nil) {
        self.init(name) { $0.tools = tools.map { tool($0) } }
        if let answer { self.answer(answer) }
    }

    func change(_ body: (inout Contents) -> Void) { contents.change(body) }

    /// Decides what becomes of everything that is no list.
    func answer(_ answer: @escaping Answer) { answering.change { $0 = answer } }

    /// Decides what becomes of lists.
    func answerLists(_ answer: @escaping Answer) { listAnswer.change { $0 = answer } }

    /// Every request but those for lists.
    var requests: [UpstreamRequest] { record.value.filter { ListRequest($0.method) == nil } }
    var listRequests: [UpstreamRequest] { record.value.filter { ListRequest($0.method) != nil } }
    /// How often somebody asked what it is; every reading of the inventory begins so.
    var descriptions: Int { described.value }
    /// Those that are watching now, oldest first.
    var watching: [Watch] {
        let over = Set(ended.value)
        return watches.value.filter { !over.contains($0.number) }
    }
    /// How many have ever watched.
    var watchesEver: Int { watches.value.count }

    /// Tells everybody who watches.
    func tell(_ change: UpstreamChange) { for watch in watching { watch.sink.changed(change) } }

    // MARK: What the gateway sees

    func describe(
        _ lease: LeaseKey, deadline: UInt64, on loop: EventLoop
    ) async throws(UpstreamError) -> UpstreamDescription {
        described.change { $0 += 1 }
        let contents = contents.value
        await contents.gate?.pass()
        if let failure = self.contents.value.failure { throw failure }
        return UpstreamDescription(
            revision: contents.revision, capabilities: contents.capabilities, serverInfo: ["name": .string(name)],
            instructions: contents.instructions)
    }

    func call(
        _ request: UpstreamRequest, host: any CallHost, on loop: EventLoop
    ) async throws(UpstreamError) -> UpstreamOutcome {
        record.change { $0.append(request) }
        let contents = contents.value
        if let list = ListRequest(request.method) {
            if let answer = listAnswer.value { return try await answer(request, host) }
            if let failure = contents.failure { throw failure }
            var result: JSONObject = ["resultType": "complete"]
            result[list.rawValue] = .array(list.items(contents).map { .object($0) })
            if let milliseconds = contents.milliseconds { result["ttlMs"] = .number(JSONNumber(milliseconds)) }
            return .result(result)
        }
        if let answer = answering.value { return try await answer(request, host) }
        return .result(text("\(name) did \(request.params["name"]?.stringValue ?? request.methodName)"))
    }

    func watch(_ interest: WatchInterest, sink: any WatchSink, on loop: EventLoop) async {
        let number = watches.change { watches in
            watches.append(Watch(number: watches.count, interest: interest, sink: sink))
            return watches.count - 1
        }
        sink.changed(.watching)
        while await loop.wait(nanoseconds: 3_600_000_000_000) {}
        ended.change { $0.append(number) }
    }

    func closeIdle() {}
}

private enum ListRequest: String {
    case tools, prompts, resources, resourceTemplates

    init?(_ method: MCPMethod) {
        switch method {
        case .toolsList: self = .tools
        case .promptsList: self = .prompts
        case .resourcesList: self = .resources
        case .resourceTemplatesList: self = .resourceTemplates
        default: return nil
        }
    }

    func items(_ contents: ScriptedUpstream.Contents) -> [JSONObject] {
        switch self {
        case .tools: contents.tools
        case .prompts: contents.prompts
        case .resources: contents.resources
        case .resourceTemplates: contents.templates
        }
    }
}

/// A tool that takes what the schema says, or anything.
func tool(_ name: String, schema: JSONValue = ["type": "object"], meta: JSONValue? = nil) -> JSONObject {
    var tool: JSONObject = ["name": .string(name), "inputSchema": schema]
    tool["_meta"] = meta
    return tool
}

func resource(_ uri: String, name: String = "thing") -> JSONObject { ["uri": .string(uri), "name": .string(name)] }

func template(_ uri: String) -> JSONObject { ["uriTemplate": .string(uri), "name": "template"] }

/// A tool's result with one text.
func text(_ text: String) -> JSONObject {
    ["resultType": "complete", "content": [["type": "text", "text": .string(text)]]]
}

/// A question for the person.
func question(_ key: String, _ message: String = "Well?") -> ClientQuestion {
    ClientQuestion(
        key: key, kind: .elicitation,
        params: [
            "mode": "form", "message": .string(message), "requestedSchema": ["type": "object", "properties": [:]],
        ])
}

extension ClientAnswer {
    /// What the person filled in, if the question was accepted.
    var content: JSONValue? {
        guard case .result(let result) = self else { return nil }
        return result["content"]
    }
}
