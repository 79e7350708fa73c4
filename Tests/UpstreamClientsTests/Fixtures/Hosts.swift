import JSONCoding
import MCPWire

@testable import UpstreamClients

/// A client's side that remembers what it heard and answers as the test says.
final class TestHost: CallHost {
    typealias Answering = @Sendable ([ClientQuestion]) async throws(ClientSilence) -> [String: ClientAnswer]

    private let heard = Box<[CallNotification]>([])
    private let asked = Box<[[ClientQuestion]]>([])
    private let answering: Answering

    init(_ answering: @escaping Answering = { _ throws(ClientSilence) in throw .cannotBeAsked }) {
        self.answering = answering
    }

    /// Accepts everything with this content.
    static func accepting(_ content: JSONObject) -> TestHost {
        TestHost { questions in
            Dictionary(
                uniqueKeysWithValues: questions.map {
                    ($0.key, .result(["action": "accept", "content": .object(content)]))
                })
        }
    }

    var rounds: [[ClientQuestion]] { asked.value }
    var progress: [JSONObject] {
        heard.value.compactMap { if case .progress(let params) = $0 { params } else { nil } }
    }
    var logs: [JSONObject] {
        heard.value.compactMap { if case .message(let params) = $0 { params } else { nil } }
    }

    func notify(_ notification: CallNotification) async {
        heard.change { $0.append(notification) }
    }

    func ask(_ questions: [ClientQuestion]) async throws(ClientSilence) -> [String: ClientAnswer] {
        asked.change { $0.append(questions) }
        return try await answering(questions)
    }
}

/// Remembers what changed.
final class TestSink: WatchSink {
    private let heard = Box<[String]>([])

    var changes: [String] { heard.value }

    func changed(_ change: UpstreamChange) {
        let word =
            switch change {
            case .tools: "tools"
            case .prompts: "prompts"
            case .resources: "resources"
            case .resourceUpdated(let params): "updated \(params["uri"]?.stringValue ?? "")"
            case .task: "task"
            case .message: "message"
            case .elicitationComplete: "elicitation"
            case .watching: "watching"
            }
        heard.change { $0.append(word) }
    }
}
