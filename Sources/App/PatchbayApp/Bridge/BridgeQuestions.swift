import JSONCoding
import MCPWire
import Reactor
import Synchronization
import UpstreamClients

/// Questions to a client of the handshake era: requests of ours, and the responses that the reader finds.
///
/// A class, because the reader and the asking calls share it.
final class BridgeQuestions: Sendable {
    private struct Open {
        let question: ClientQuestion
        let revision: Revision
        let answers: AsyncStream<(key: String, answer: ClientAnswer)>.Continuation
    }

    private struct State {
        var open: [String: Open] = [:]
        var lastNumber = 0
        var isClosed = false
    }

    private let output: MessageOutput
    private let loop: EventLoop
    private let time: Duration
    private let state = Mutex(State())

    init(output: MessageOutput, loop: EventLoop, time: Duration) {
        self.output = output
        self.loop = loop
        self.time = time
    }

    /// Asks the client, and waits until it has answered everything.
    func ask(_ questions: [ClientQuestion], _ client: BridgeClient) async throws(ClientSilence) -> [String:
        ClientAnswer]
    {
        let (stream, continuation) = AsyncStream<(key: String, answer: ClientAnswer)>.makeStream()
        var answers: [String: ClientAnswer] = [:]
        var ids: [String] = []
        for question in questions {
            guard let id = open(question, client, continuation) else { throw .cancelled }
            guard client.capabilities.missing(for: question) == nil,
                let request = question.request(
                    id: JSONWriter.bytes(of: .string(id)), for: client.revision, elicitationID: id)
            else {
                answers[question.key] = .undeclared(question.kind)
                close([id])
                continue
            }
            ids.append(id)
            await output.send(request)
        }
        let timer = loop.runTask { [loop, time] in
            try? await loop.sleep(nanoseconds: time.inNanoseconds)
            continuation.finish()
        }
        defer { timer.cancel() }
        if answers.count < questions.count {
            for await (key, answer) in stream {
                answers[key] = answer
                if answers.count == questions.count { break }
            }
        }
        let unanswered = close(ids)
        if answers.count == questions.count { return answers }
        for id in unanswered { await withdraw(id) }
        throw Task.isCancelled ? .cancelled : .timedOut
    }

    /// A response of the client; one that answers nothing of ours is dropped.
    func take(response message: BridgeMessage) {
        guard let id = message.object["id"]?.stringValue,
            let open = state.withLock({ $0.open.removeValue(forKey: id) })
        else { return }
        let answer = ClientAnswer(response: .object(message.object), to: open.question, from: open.revision)
        open.answers.yield((open.question.key, answer ?? .undeclared(open.question.kind)))
    }

    /// The client is gone: what is open stays unanswered, and nothing more is asked.
    func close() {
        let open = state.withLock { state in
            state.isClosed = true
            defer { state.open = [:] }
            return state.open.values.map(\.answers)
        }
        for answers in open { answers.finish() }
    }

    private func open(
        _ question: ClientQuestion, _ client: BridgeClient,
        _ answers: AsyncStream<(key: String, answer: ClientAnswer)>.Continuation
    ) -> String? {
        state.withLock { state in
            guard !state.isClosed else { return nil }
            state.lastNumber += 1
            let id = "patchbay-\(state.lastNumber)"
            state.open[id] = Open(question: question, revision: client.revision, answers: answers)
            return id
        }
    }

    /// Which of them were still open.
    @discardableResult
    private func close(_ ids: [String]) -> [String] {
        state.withLock { state in ids.filter { state.open.removeValue(forKey: $0) != nil } }
    }

    /// In a task of its own, because the one that asked may be cancelled, and then sends nothing any more.
    private func withdraw(_ id: String) async {
        let notification = JSONRPCWriter.notification(
            method: MCPNotification.cancelled.name,
            params: ["requestId": .string(id), "reason": "The answer is not needed any more."])
        await loop.runTask { [output] in await output.send(notification) }.value
    }
}
