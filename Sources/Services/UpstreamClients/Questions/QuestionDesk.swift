import JSONCoding
import MCPWire

/// The questions that an upstream of the handshake era asks during one call: one round with the client at a time, and what is
/// asked meanwhile goes together into the next one.
///
/// A class because the task that reads the upstream leaves questions and another task asks them.
final class QuestionDesk: Sendable {
    private struct Asked: Sendable {
        let id: [UInt8]
        let question: ClientQuestion
        /// The task that it belongs to, in 2025-11-25; the answer has to name it too.
        let task: JSONValue?
    }

    /// Questions of one call that wait for their turn; an upstream that asks more without hearing an answer is refused.
    static let waitingMax = 100

    private let waiting = Mailbox<Asked>()
    private let declared: InteractiveCapabilities
    private let revision: Revision
    private let host: any CallHost
    private let clock: CallClock
    /// Sends a response to the upstream; that it fails is seen where the upstream is read.
    private let send: @Sendable ([UInt8]) async -> Void

    /// `revision` is the upstream's.
    init(
        _ request: UpstreamRequest, of revision: Revision, host: any CallHost, clock: CallClock,
        send: @escaping @Sendable ([UInt8]) async -> Void
    ) {
        declared = InteractiveCapabilities(neutral: request.capabilities)
        self.revision = revision
        self.host = host
        self.clock = clock
        self.send = send
    }

    /// Takes a question; an answer that needs nobody is given back to be sent.
    func take(_ asked: ServerRequest, key: String) -> [UInt8]? {
        guard let question = ClientQuestion(key: key, method: asked.method, params: asked.params) else {
            return ServerRequestAnswer.own(asked)
        }
        guard declared.isSuperset(of: question.needs), waiting.count < Self.waitingMax else {
            return ClientAnswer.undeclared(question.kind)
                .response(id: asked.id[...], to: question.kind, for: revision)
        }
        waiting.put(
            Asked(id: asked.id, question: question, task: asked.params?["_meta"]?[MetaKey.relatedTask]))
        return nil
    }

    /// Asks until the task is cancelled.
    func run() async {
        while true {
            do throws(UpstreamError) {
                var round = [try await waiting.next()]
                while waiting.count > 0 { round.append(try await waiting.next()) }
                await ask(round)
            } catch {
                return
            }
        }
    }

    private func ask(_ round: [Asked]) async {
        clock.pause()
        let answers: [String: ClientAnswer]
        var silence = ClientSilence.timedOut
        do throws(ClientSilence) {
            answers = try await host.ask(round.map(\.question))
        } catch {
            answers = [:]
            silence = error
        }
        clock.resume()
        // Who cancelled the call tells the upstream so; its questions need no answer any more.
        if silence == .cancelled { return }
        for asked in round {
            let kind = asked.question.kind
            let unanswered = silence == .cannotBeAsked ? ClientAnswer.undeclared(kind) : ClientAnswer.silence(to: kind)
            let answer = answers[asked.question.key] ?? unanswered
            await send(answer.about(asked.task).response(id: asked.id[...], to: kind, for: revision))
        }
    }
}

extension ClientAnswer {
    /// The same with the task that the question named; an error has no place for it.
    fileprivate func about(_ task: JSONValue?) -> ClientAnswer {
        guard let task, case .result(var result) = self else { return self }
        var meta = result["_meta"]?.objectValue ?? JSONObject()
        meta[MetaKey.relatedTask] = task
        result["_meta"] = .object(meta)
        return .result(result)
    }
}
