import MCPWire
import Synchronization
import UpstreamClients

/// A call that lives apart from the exchange that began it: its events wait for whoever reads them.
///
/// So a call of the handshake era outlives the client's connection, and a call of the stateless era is parked while its client
/// thinks. A class, because the task of the call, its readers and the client's answers meet in it, on any loop.
///
/// Invariants:
/// 1. The outcome is the last event, and there is exactly one.
/// 2. At most one set of questions is open; it is closed by all answers, by time or by cancellation.
/// 3. No key is used for two questions of the call: a handshake client must not see one request id twice.
final class RunningCall: CallHost {
    let number: UInt64
    let upstream: String
    let loop: CallLoop
    let events: EventQueue<CallEvent>
    /// What it is found by when it is a write whose answer could not be delivered.
    let writeKey: [UInt8]?
    private let asking: AskingRule
    private let state = Mutex(State())

    private struct State {
        var isCancelled = false
        /// The number of the last event that a reader has dealt with.
        var readTo = 0
        var open: OpenQuestions?
        var rounds = 0
        var task: Task<Void, Never>?
    }

    private struct OpenQuestions {
        var questions: [ClientQuestion]
        var answers: [String: ClientAnswer] = [:]
        var asker: CheckedContinuation<Void, Never>?

        var missing: [ClientQuestion] { questions.filter { answers[$0.key] == nil } }
    }

    init(
        number: UInt64, upstream: String, loop: CallLoop, asking: AskingRule, keptBytesMax: Int,
        writeKey: [UInt8]? = nil
    ) {
        self.writeKey = writeKey
        self.number = number
        self.upstream = upstream
        self.loop = loop
        self.asking = asking
        events = EventQueue(bytesMax: keptBytesMax)
    }

    /// Begins the call on its loop.
    func start(
        _ body: @escaping @Sendable (RunningCall) async -> CallOutcome, ended: @escaping @Sendable (RunningCall) -> Void
    ) {
        let task = loop.begin {
            let event = CallEvent.outcome(await body(self))
            self.events.append(event, weight: event.weight, mayDrop: false, isLast: true)
            ended(self)
        }
        let isCancelled = state.withLock { state in
            state.task = task
            return state.isCancelled
        }
        if isCancelled { task.cancel() }
    }

    /// Ends the call early, upstream too.
    func cancel() {
        let task = state.withLock { state in
            state.isCancelled = true
            return state.task
        }
        task?.cancel()
    }

    /// Whether somebody has cancelled it, so that nobody waits for its outcome.
    var isCancelled: Bool { state.withLock { $0.isCancelled } }

    /// How far the events were read, for a reader that goes on where another one stopped.
    var readTo: Int {
        get { state.withLock { $0.readTo } }
        set { state.withLock { $0.readTo = newValue } }
    }

    // MARK: What the upstream client says

    func notify(_ notification: CallNotification) async {
        let event = CallEvent.notification(notification)
        events.append(event, weight: event.weight, mayDrop: true)
    }

    func ask(_ questions: [ClientQuestion]) async throws(ClientSilence) -> [String: ClientAnswer] {
        guard !questions.isEmpty else { return [:] }
        guard asking.mayAsk else { throw .cannotBeAsked }
        guard asking.enter() else { throw .tooManyParked }
        defer { asking.leave() }
        let asked = state.withLock { state in
            state.rounds += 1
            let asked = state.rounds == 1 ? questions : questions.map { $0.inRound(state.rounds) }
            state.open = OpenQuestions(questions: asked)
            return asked
        }
        let event = CallEvent.questions(asked)
        events.append(event, weight: event.weight, mayDrop: false)
        let nanoseconds = asking.nanoseconds
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.untilAnswered() }
            group.addTask { [loop] in _ = await loop.wait(nanoseconds: nanoseconds) }
            await group.next()
            group.cancelAll()
        }
        let open = state.withLock { state in
            defer { state.open = nil }
            return state.open
        }
        if let open, open.missing.isEmpty {
            return zip(questions, asked).reduce(into: [:]) { $0[$1.0.key] = open.answers[$1.1.key] }
        }
        if Task.isCancelled { throw .cancelled }
        if asking.cancelsWhenSilent { cancelAfterFarewell() }
        throw .timedOut
    }

    /// Rulings 4.2: of a call that nobody comes back for the upstream hears first that nobody answers, and then that it is over.
    private func cancelAfterFarewell() {
        _ = loop.begin { [loop] in
            _ = await loop.wait(nanoseconds: Self.farewellNanoseconds)
            self.cancel()
        }
    }

    private static let farewellNanoseconds: UInt64 = 1_000_000_000

    private func untilAnswered() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    guard let open = state.open, !open.missing.isEmpty, !Task.isCancelled else { return true }
                    state.open?.asker = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            let asker = state.withLock { state in
                defer { state.open?.asker = nil }
                return state.open?.asker
            }
            asker?.resume()
        }
    }

    // MARK: What the client says

    /// Takes answers to what is open; those to other keys are ignored, as the specification has it.
    func answer(_ answers: [String: ClientAnswer]) -> AnswerVerdict {
        let (verdict, asker) = state.withLock { state -> (AnswerVerdict, CheckedContinuation<Void, Never>?) in
            guard var open = state.open, !open.missing.isEmpty else { return (.notAsked, nil) }
            for question in open.missing {
                if let answer = answers[question.key] { open.answers[question.key] = answer }
            }
            let missing = open.missing
            let asker = missing.isEmpty ? open.asker : nil
            if missing.isEmpty { open.asker = nil }
            state.open = open
            return (missing.isEmpty ? .complete : .missing(missing), asker)
        }
        asker?.resume()
        return verdict
    }

    /// What is asked now and not answered.
    var openQuestions: [ClientQuestion] { state.withLock { $0.open?.missing ?? [] } }
}

extension ClientQuestion {
    /// The same question under a key that no other round of its call has.
    fileprivate func inRound(_ round: Int) -> ClientQuestion {
        ClientQuestion(key: "\(round).\(key)", kind: kind, params: params, elicitationID: elicitationID)
    }
}

/// Whether and how long a call may ask its client.
struct AskingRule: Sendable {
    let mayAsk: Bool
    let nanoseconds: UInt64
    /// Calls that wait for their clients, all together.
    let parked: OpenCount
    let parkedMax: Int
    /// Those at the call's own upstream.
    let parkedThere: OpenCount
    let parkedThereMax: Int
    /// Those of the same principal.
    var own: OpenCount?
    var ownMax = Int.max
    /// Whether a client that was silent for that long gets no answer any more.
    var cancelsWhenSilent = false

    func enter() -> Bool {
        if let own, !own.enter(limit: ownMax) { return false }
        if parkedThere.enter(limit: parkedThereMax) {
            if parked.enter(limit: parkedMax) { return true }
            parkedThere.leave()
        }
        own?.leave()
        return false
    }

    func leave() {
        parked.leave()
        parkedThere.leave()
        own?.leave()
    }
}
