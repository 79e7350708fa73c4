import Cryptography
import JSONCoding
import MCPWire
import Reactor
import Synchronization
import UpstreamClients

/// Calls whose server, of the handshake era, asks something that a client of the stateless era answers with a new request: they
/// wait with the server's stream open, under a state that the client brings back.
///
/// A class, because the reader and the asking calls share it.
final class ParkedCalls: Sendable {
    private struct Parked {
        let call: BridgeCall
        let questions: [ClientQuestion]
        var answers: [String: ClientAnswer] = [:]
        let wake: AsyncStream<[String: ClientAnswer]>.Continuation

        var missing: [ClientQuestion] { questions.filter { answers[$0.key] == nil } }
    }

    private struct State {
        var parked: [String: Parked] = [:]
        var isClosed = false
    }

    /// What tells our states from the server's.
    private static let mark = "patchbay-parked-"
    private static let unknown = MCPFailure(
        .invalidParams, "The requestState is unknown, over or for another request. Call again without it.")

    private let loop: EventLoop
    private let time: Duration
    private let state = Mutex(State())

    init(loop: EventLoop, time: Duration) {
        self.loop = loop
        self.time = time
    }

    /// Ends the request that waits with the questions, and waits for the retry.
    func ask(_ questions: [ClientQuestion], _ call: BridgeCall) async throws(ClientSilence) -> [String: ClientAnswer] {
        let missing = InputRequired(questions: questions, requestState: nil).missing(from: call.client.capabilities)
        guard missing.isEmpty, let bytes = try? SecureRandom.bytes(16) else { throw .cannotBeAsked }
        let name = Self.mark + Base64.url.encode(bytes.span)
        let (stream, wake) = AsyncStream<[String: ClientAnswer]>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let isParked = state.withLock { state in
            guard !state.isClosed else { return false }
            state.parked[name] = Parked(call: call, questions: questions, wake: wake)
            return true
        }
        guard isParked else { throw .cancelled }
        defer { state.withLock { _ = $0.parked.removeValue(forKey: name) } }
        let timer = loop.runTask { [loop, time] in
            try? await loop.sleep(nanoseconds: time.inNanoseconds)
            wake.finish()
        }
        defer { timer.cancel() }
        await call.respond(InputRequired(questions: questions, requestState: name).result)
        for await answers in stream { return answers }
        throw Task.isCancelled ? .cancelled : .timedOut
    }

    /// Whether the request is the retry of a parked call; then it is dealt with.
    func take(retry message: BridgeMessage, fail: (MCPFailure) async -> Void) async -> Bool {
        guard let name = message.params["requestState"]?.stringValue, name.hasPrefix(Self.mark) else { return false }
        let found = state.withLock { state -> (Parked, [ClientQuestion])? in
            guard var parked = state.parked[name], parked.call.method == message.method,
                parked.call.subject == BridgeCall.subject(of: message)
            else { return nil }
            let answers = ClientAnswer.answers(in: message.params["inputResponses"], to: parked.questions)
            parked.answers.merge(answers) { _, new in new }
            state.parked[name] = parked
            return (parked, parked.missing)
        }
        guard let (parked, missing) = found else {
            await fail(Self.unknown)
            return true
        }
        parked.call.adopt(message)
        if missing.isEmpty {
            parked.wake.yield(parked.answers)
        } else {
            await parked.call.respond(InputRequired(questions: missing, requestState: name).result)
        }
        return true
    }

    /// The client is gone, and will not come back.
    func close() {
        let parked = state.withLock { state in
            state.isClosed = true
            defer { state.parked = [:] }
            return state.parked.values.map(\.wake)
        }
        for wake in parked { wake.finish() }
    }
}
