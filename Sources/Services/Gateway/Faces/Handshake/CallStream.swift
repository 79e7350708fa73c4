import HTTPMessages
import HTTPTransport
import JSONCoding
import MCPWire
import UpstreamClients

/// The answer to one call of a handshake client: JSON if the response is the first thing, else an event stream that can be
/// taken up again when it broke (MCP 2025-11-25, transports).
struct CallStream {
    let face: HandshakeFace
    let session: ClientSession?
    let running: RunningCall
    let messages: ClientMessages

    private var exchange: HTTPExchange { face.exchange }
    private var call: CallMessages { CallMessages(running: running, messages: messages) }

    /// Follows the call from its beginning.
    func follow() async {
        guard face.takesEvents else {
            guard let response = await response() else {
                undelivered()
                face.reply.accepted()
                return
            }
            return noted(face.send(response))
        }
        await pass(after: 0, skipping: 0)
    }

    /// Goes on behind the event that the client saw last.
    func resume(after place: EventID) async {
        let number = Int(truncatingIfNeeded: place.sequence >> 8)
        let index = Int(place.sequence & 0xFF)
        guard running.events.place(number) == number else { return await pass(after: 0, skipping: 0) }
        await pass(after: index == 0xFF ? number : max(0, number - 1), skipping: index == 0xFF ? 0 : index + 1)
    }

    /// Waits for the response alone, for a client that takes no events; nothing if the call was cancelled.
    func response() async -> ClientResponse? {
        let reader = running.events.attach()
        var last = 0
        while true {
            let step = await running.events.next(after: last, reader: reader, forget: true) { [exchange] in
                await exchange.pause(nanoseconds: CallTimes.silenceNanoseconds, isWorking: true)
            }
            switch step {
            case .idle: continue
            case .cancelled, .takenOver, .over: return nil
            case .event(let number, .outcome(let outcome)):
                last = number
                session?.forget(running)
                return running.isCancelled ? nil : messages.response(outcome, upstream: running.upstream)
            case .event(let number, _): last = number
            }
        }
    }

    /// Whether the client has its answer: of a write that is told when it says the same again (rulings 4.11).
    private func noted(_ isDelivered: Bool) {
        if isDelivered { face.state.undelivered.remove(running) } else { undelivered() }
    }

    private func undelivered() { face.state.undelivered.add(running) }

    private func pass(after first: Int, skipping: Int) async {
        let reader = running.events.attach()
        var last = first
        var skip = skipping
        do throws(HTTPServerError) {
            while true {
                let pause = silence
                let step = await running.events.next(after: last, reader: reader, forget: session == nil) {
                    [exchange] in await exchange.pause(nanoseconds: pause, isWorking: true)
                }
                switch step {
                case .idle:
                    try await begin(after: last)
                    var buffer: [UInt8] = []
                    EventStreamWriter.appendComment(to: &buffer)
                    try await exchange.write(buffer)
                case .cancelled:
                    undelivered()
                    return exchange.abort()
                case .takenOver, .over:
                    try await begin(after: last)
                    return exchange.finishStream()
                case .event(let number, let event):
                    if case .outcome(let outcome) = event, !exchange.hasBegunAnswer, !running.isCancelled {
                        session?.forget(running)
                        return noted(face.send(messages.response(outcome, upstream: running.upstream)))
                    }
                    let parts = call.bytes(of: event).dropFirst(skip)
                    if !parts.isEmpty { try await begin(after: last) }
                    for (index, part) in parts.enumerated() {
                        try await write(part, number: number, index: index + skip)
                    }
                    skip = 0
                    last = number
                    running.readTo = number
                    if case .outcome = event { noted(true) }
                }
            }
        } catch {
            // Rulings 2.8: the client's connection is gone, and the call goes on.
            undelivered()
        }
    }

    /// A client that can take a broken stream up again gets one as soon as the response takes its time: from then on its
    /// connection may break.
    private var silence: UInt64 {
        isResumable && !exchange.hasBegunAnswer ? CallTimes.promptNanoseconds : CallTimes.silenceNanoseconds
    }

    private var isResumable: Bool { session != nil && messages.client.revision.sendsPrimingEvent }

    private func begin(after last: Int) async throws(HTTPServerError) {
        guard !exchange.hasBegunAnswer else { return }
        try exchange.beginStream(status: 200, fields: face.reply.eventFields)
        guard isResumable else { return }
        var buffer: [UInt8] = []
        EventStreamWriter.appendEvent(
            data: [UInt8]().span, id: id(number: last, index: 0xFF), retryMilliseconds: 1_000, to: &buffer)
        try await exchange.write(buffer)
    }

    private func write(_ message: [UInt8], number: Int, index: Int) async throws(HTTPServerError) {
        var buffer: [UInt8] = []
        EventStreamWriter.appendEvent(
            name: "message", data: message.span, id: session == nil ? nil : id(number: number, index: min(index, 0xFE)),
            to: &buffer)
        try await exchange.write(buffer)
    }

    private func id(number: Int, index: Int) -> String {
        EventID(node: "", stream: running.number, sequence: UInt64(number) << 8 | UInt64(index)).description
    }
}
