import HTTPMessages
import HTTPTransport
import JSONCoding
import Reactor

/// The stream that answers one POST of a session: progress and logs, questions to the client, and the response; gone on with
/// when it breaks off and the upstream had given its events ids (MCP 2025-11-25, resumability).
struct SessionConversation {
    let session: HTTPSession
    let request: UpstreamRequest
    let id: Int
    let host: any CallHost
    let clock: CallClock
    let loop: EventLoop
    /// What is asked beside the stream.
    let asked: Mailbox<ServerRequest>?

    /// How long an upstream that names no time is left alone before its stream is asked for again.
    private static let retryMilliseconds = 1_000
    /// How long the upstream may take to accept an answer, or to open a stream again.
    private static let acceptNanoseconds: UInt64 = 30_000_000_000
    /// Answers that wait to be sent; an upstream that floods us with requests hears no more.
    static let answersMax = 100

    /// Reads up to the response.
    func response(from first: IncomingEvents) async throws(UpstreamError) -> UpstreamResponse {
        let listener = CallListener(request: request, host: host)
        let answers = Mailbox<[UInt8]>()
        let desk = QuestionDesk(request, of: session.description.revision, host: host, clock: clock) { answers.put($0) }
        var events = first
        var place = ResumePlace()
        let outcome = await withTaskGroup { group -> Result<UpstreamResponse, UpstreamError> in
            defer {
                events.cancel()
                group.cancelAll()
            }
            var questions = 0
            if let asked {
                questions = 1
                group.addTask { await desk.run() }
                group.addTask { await post(answers) }
                group.addTask { await take(asked, desk, answers) }
            }
            do throws(UpstreamError) {
                while true {
                    follow(events)
                    while let message = try await next(events, &place) {
                        switch message {
                        case .response(let answered, let response):
                            if answered?.isID(id) ?? false { return .success(response) }
                        case .notification(let method, let params): await listener.hear(method, params)
                        case .request(let asked):
                            // Whoever asks without a session cannot get the answer, and would wait for it for ever.
                            guard session.hasID else { throw .garbage("it asks its client and has no session") }
                            questions += 1
                            if questions == 1 {
                                group.addTask { await desk.run() }
                                group.addTask { await post(answers) }
                            }
                            if let answer = desk.take(asked, key: "q\(questions)"), answers.count < Self.answersMax {
                                answers.put(answer)
                            }
                        case .garbage(let detail): throw .garbage(detail)
                        }
                    }
                    events = try await resume(&place)
                }
            } catch {
                return .failure(clock.hasExpired ? .transport(.timedOut(sent: true)) : error)
            }
        }
        return try outcome.get()
    }

    /// Takes what is asked beside the stream, until the task is cancelled.
    private func take(_ asked: Mailbox<ServerRequest>, _ desk: QuestionDesk, _ answers: Mailbox<[UInt8]>) async {
        var number = 0
        do throws(UpstreamError) {
            while true {
                let question = try await asked.next()
                number += 1
                if let answer = desk.take(question, key: "s\(number)"), answers.count < Self.answersMax {
                    answers.put(answer)
                }
            }
        } catch {
            return
        }
    }

    /// The clock of the call takes the place of the transport's, which cannot stand still.
    private func follow(_ events: IncomingEvents) {
        guard let stream = events.stream else { return }
        stream.setDeadline(.max)
        clock.onExpiry { [loop] in loop.execute { stream.cancel() } }
    }

    /// The next message; nothing when the stream broke off or ended and can be gone on with.
    private func next(
        _ events: IncomingEvents, _ place: inout ResumePlace
    ) async throws(UpstreamError) -> IncomingMessage? {
        do throws(UpstreamError) {
            let message = try await events.next()
            place.note(events, isProgress: message != nil)
            if message == nil, !place.isKnown { throw .cutOff }
            return message
        } catch {
            place.note(events, isProgress: false)
            guard case .transport(.closed) = error, place.isKnown else { throw error }
            return nil
        }
    }

    /// Asks for the rest of the stream: what it said last, it is told, and how long it wanted us to wait, we wait.
    private func resume(_ place: inout ResumePlace) async throws(UpstreamError) -> IncomingEvents {
        while true {
            place.attempts += 1
            guard place.attempts <= session.settings.resumptionsMax else { throw .cutOff }
            try await rest(milliseconds: place.retryMilliseconds ?? Self.retryMilliseconds)
            var fields = session.fields
            guard fields.append(.lastEventID, place.eventID) else { throw .cutOff }
            let response: HTTPClientResponse
            do throws(UpstreamError) {
                response = try await session.hop.send(
                    .get, fields, deadline: min(clock.deadline, monotonicNanoseconds() &+ Self.acceptNanoseconds),
                    on: loop)
            } catch {
                guard error.isOutage else { throw error }
                continue
            }
            guard response.head.status == 200, response.kind == .events else {
                response.discard()
                throw .cutOff
            }
            return IncomingEvents(response.body, bytesMax: session.hop.answerBytesMax)
        }
    }

    private func rest(milliseconds: Int) async throws(UpstreamError) {
        let now = monotonicNanoseconds()
        let due = now &+ UInt64(milliseconds) &* 1_000_000
        let deadline = clock.deadline
        do throws(ReactorError) {
            try await loop.sleep(nanoseconds: min(due, deadline) &- min(now, deadline))
        } catch {
            throw .transport(.cancelled)
        }
        if deadline < due { throw .transport(.timedOut(sent: true)) }
    }

    /// Gives the upstream the answers to its questions, one by one; when that fails, the stream will show it.
    private func post(_ answers: Mailbox<[UInt8]>) async {
        while true {
            do throws(UpstreamError) {
                let answer = try await answers.next()
                try await session.post(answer, deadline: monotonicNanoseconds() &+ Self.acceptNanoseconds, on: loop)
            } catch {
                if error == .transport(.cancelled) { return }
            }
        }
    }
}

/// Where a broken stream can be gone on with.
private struct ResumePlace {
    var eventID = ""
    var retryMilliseconds: Int?
    /// Attempts since the last message.
    var attempts = 0

    var isKnown: Bool { !eventID.isEmpty }

    mutating func note(_ events: IncomingEvents, isProgress: Bool) {
        if !events.lastEventID.isEmpty { eventID = events.lastEventID }
        retryMilliseconds = events.retryMilliseconds ?? retryMilliseconds
        if isProgress { attempts = 0 }
    }
}
