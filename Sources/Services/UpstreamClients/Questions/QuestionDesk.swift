import JSONCoding
import MCPWire

/// The questions that an upstream of the handshake era asks during one call: one round with the client at a time, and what is
/// asked meanwhile goes together into the next one.
///
/// A class because the task that reads the upstream leaves questions and another task asks them.
final class QuestionDesk: Sendable {
    private struct Asked: Sendable {
        let request: ServerRequest
        let question: ClientQuestion
    }

    private let waiting = Mailbox<Asked>()
    private let request: UpstreamRequest
    private let host: any CallHost
    private let clock: CallClock
    /// Sends a response to the upstream; that it fails is seen where the upstream is read.
    private let send: @Sendable ([UInt8]) async -> Void

    init(
        _ request: UpstreamRequest, host: any CallHost, clock: CallClock,
        send: @escaping @Sendable ([UInt8]) async -> Void
    ) {
        self.request = request
        self.host = host
        self.clock = clock
        self.send = send
    }

    /// Takes a question; an answer that needs nobody is given back to be sent.
    func take(_ asked: ServerRequest, number: Int) -> [UInt8]? {
        guard let method = asked.question else { return ServerRequestAnswer.own(asked) }
        let question = ClientQuestion(key: "q\(number)", kind: method, params: asked.params)
        guard QuestionConversion.isDeclared(question, in: request.capabilities) else {
            return ServerRequestAnswer.undeclared(asked, method)
        }
        waiting.put(Asked(request: asked, question: QuestionConversion.neutral(question)))
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
            if let answer = answers[asked.question.key] {
                await send(ServerRequestAnswer.message(asked.request, answer))
            } else {
                await send(ServerRequestAnswer.silence(asked.request, asked.question.kind, silence))
            }
        }
    }
}
