import Cryptography
import HTTPMessages
import Reactor
import Telemetry

/// One client's connection: reads requests, runs a handler for each, writes the answers in order.
///
/// A class because it is the identity of a socket. `@unchecked Sendable`: all state is confined to `loop`; handlers run as
/// tasks on that loop, and cancellation from elsewhere goes through `loop.execute`.
///
/// States (`Phase`):
/// - `handshake` → `head` when TLS is agreed
/// - `head` → `exchange` when a head was parsed; → `lingering` when it was refused
/// - `exchange` → `head` when the answer is out, the body is in and the handler has returned; → `lingering` when the
///   connection must not go on; → `closed` when the client is gone
/// - `lingering` → `closed` after the peer's end, a bound of bytes, or a time
///
/// Invariants:
/// 1. `number` grows with each exchange; calls that carry an old number change nothing.
/// 2. `inbox` holds only bytes that no parser has taken; an idle connection holds no buffer but its last head.
/// 3. One timer is scheduled at most; `deadline` and `writeDeadline` may move later without touching it.
/// 4. Every waiter is resumed exactly once: with what it waited for, or when the connection closes.
final class HTTPServerConnection: ReadinessHandler, TimerHandler, @unchecked Sendable {
    enum Phase: UInt8 {
        case handshake, head, exchange, lingering, closed
    }

    private enum Body {
        /// Nothing more comes.
        case complete
        case length(Int)
        /// By `decoder`, which is no part of this: it is large, and would be moved whenever the body is asked anything.
        case chunked
        case refused(HTTPRefusal)
        case timedOut
    }

    private enum Answer: UInt8 {
        case none, streamingLength, streamingChunks, streamingUntilClose, finished
    }

    /// What the client owes us.
    private enum Deadline: UInt8 {
        case none, head, body, idle, linger
    }

    /// How often a connection with much to say is read before others have their turn.
    private static let readsPerTurn = 16

    let loop: EventLoop
    /// Where the server keeps this connection.
    var place = 0
    // The loop's share keeps its connections until they are closed, and closing is the last thing that asks it anything.
    private unowned(unsafe) let server: HTTPServerLoop
    private let descriptor: Int32
    private let link: Link
    private var registration = EventLoop.Registration.none
    private var interest = Readiness.nothing

    private var phase: Phase
    private var deadlineKind = Deadline.none
    private var deadline: UInt64 = 0
    /// Until when something must have been read of what waits in `outbox`; 0 while nothing waits.
    private var writeDeadline: UInt64 = 0
    private var requestDeadline: UInt64 = 0
    private var timer: EventLoop.Timer?
    private var timerDue: UInt64 = 0

    private var inbox: [UInt8] = []
    private var parser: RequestHeadParser
    private var outbox: [UInt8] = []
    private var outboxStart = 0
    private var lingered = 0
    private var lingerEnd: UInt64 = 0
    /// The peer has ended its side; the connection ends with the last byte of ours.
    private var isAtEnd = false

    private(set) var number: UInt32 = 0
    private var task: Task<Void, Never>?
    /// Who answers instead of a task.
    private var shortcut: (any HTTPShortcut)?
    private var body = Body.complete
    private var decoder: ChunkDecoder?
    private var bodyReady: [UInt8] = []
    private var bodyWaiter: UnsafeContinuation<Void, Never>?
    private var answer = Answer.none
    private var drainWaiters: [UnsafeContinuation<Void, Never>] = []
    private var goneWaiter: UnsafeContinuation<Void, Never>?
    private var handlerReturned = true
    private var keepsAlive = true
    private var headRequest = false
    private var minorVersion: UInt8 = 1
    private var owesContinue = false
    private var isAdvancing = false
    private var isPausing = false

    init(server: HTTPServerLoop, descriptor: Int32, link: Link) {
        self.server = server
        self.loop = server.loop
        parser = RequestHeadParser(limits: server.settings.messageLimits)
        self.descriptor = descriptor
        self.link = link
        phase = link.isTLS ? .handshake : .head
    }

    /// Begins to listen to the socket; the caller closes it when this fails.
    func start() throws(ReactorError) {
        interest = .readableOrClosed
        registration = try loop.watch(descriptor, for: interest.adding(.edge), handler: self)
        setDeadline(.head, server.times.headTime)
    }

    // MARK: Events

    func ready(_ readiness: Readiness) {
        if phase == .handshake {
            continueHandshake()
            if phase != .head { return }
        }
        if !outbox.isEmpty && (readiness.hasAny(of: .writable) || link.isTLS) { flush() }
        if phase == .closed { return }
        // Reading TLS may have waited for room to write.
        if readiness.hasAny(of: .anyInput) || link.isTLS {
            readInput(peerClosed: readiness.hasAny(of: .peerClosed))
        }
    }

    func timerFired() {
        timer = nil
        guard phase != .closed else { return }
        // The kernel reports room only when a third of its buffer is free; a slow reader may have made less of it.
        if writeDeadline != 0 && writeDeadline <= loop.now { flush() }
        if phase == .closed { return }
        if writeDeadline != 0 && writeDeadline <= loop.now {
            server.note(.slowReader)
            close()
            return
        }
        if deadlineKind != .none && deadline <= loop.now { deadlinePassed() }
        if phase == .closed { return }
        let next = min(
            deadlineKind == .none ? UInt64.max : deadline, writeDeadline == 0 ? UInt64.max : writeDeadline)
        if next != .max { wakeAt(next) }
    }

    private func deadlinePassed() {
        switch deadlineKind {
        case .none: break
        case .idle, .linger: close()
        case .head:
            if phase == .handshake || inbox.isEmpty {
                close()
            } else {
                server.note(.slowHead)
                refuse(status: 408, "The head did not arrive in time; send the whole request at once.")
            }
        case .body:
            if !wantsInput && loop.now < requestDeadline {
                // It is our handler that takes its time.
                setBodyDeadline()
                return
            }
            server.note(.slowBody)
            body = .timedOut
            deadlineKind = .none
            wakeBodyWaiter()
        }
    }

    /// Ends the connection as soon as nothing is lost by it; part of an orderly shut-down.
    func drain() {
        // Nothing is under way on an exchange that only waits for time to pass.
        if isPausing { task?.cancel() }
        keepsAlive = false
        goneWaiter?.resume()
        goneWaiter = nil
        guard phase == .handshake || (phase == .head && inbox.isEmpty) else { return }
        // Closing at once also tells a request that just comes that nobody took it; an answer on its way is finished.
        if outbox.isEmpty { close() } else { linger() }
    }

    /// Ends everything now.
    func close() {
        guard phase != .closed else { return }
        let isCut = !outbox.isEmpty || (phase == .exchange && answer != .none && answer != .finished)
        phase = .closed
        number &+= 1
        loop.stopWatching(registration)
        if isCut {
            // What is cut off must look cut off, and nothing of it is worth the kernel's memory any more.
            Sockets.resetOnClose(descriptor)
        } else if case .tls(let connection) = link {
            connection.shutdown()
        }
        Sockets.close(descriptor)
        if let timer { loop.cancel(timer) }
        timer = nil
        deadlineKind = .none
        writeDeadline = 0
        inbox = []
        outbox = []
        bodyReady = []
        let handler = task
        task = nil
        let shortcut = self.shortcut
        self.shortcut = nil
        handler?.cancel()
        shortcut?.clientGone()
        wakeBodyWaiter()
        wakeDrainWaiters()
        goneWaiter?.resume()
        goneWaiter = nil
        server.remove(self)
    }

    private func continueHandshake() {
        guard case .tls(let connection) = link else { return }
        switch Link.Step(connection.handshake()) {
        case .bytes: phase = .head
        case .wantsRead: setInterest(.readableOrClosed)
        case .wantsWrite: setInterest(.peerClosed.adding(.writable))
        case .endOfStream: close()
        case .failed(let reason):
            server.note(.handshakeFailed(reason))
            close()
        }
        if phase == .head { setInterest(.readableOrClosed) }
    }

    // MARK: Reading

    private func readInput(peerClosed: Bool) {
        var readsLeft = Self.readsPerTurn
        while phase != .closed {
            if readsLeft == 0 {
                // Asking again is reported again, after everybody else had a turn.
                loop.setInterest(interest.adding(.edge), of: registration)
                return
            }
            readsLeft -= 1
            if phase != .lingering && !wantsInput {
                // Reading is paused; only the end of the connection is of interest.
                setInterest(interest.removing(.readable))
                if peerClosed { inputEnded() }
                return
            }
            switch link.read(descriptor, into: loop.scratch) {
            case .bytes(let count):
                take(UnsafeRawBufferPointer(rebasing: loop.scratch[..<count]))
                // A short read emptied the socket, and what comes later is a new edge; a known end is read up to. TLS may hold
                // more itself.
                if count < loop.scratch.count && !link.isTLS && !peerClosed { return }
            case .wantsRead:
                return
            case .wantsWrite:
                setInterest(.readableOrClosed.adding(.writable))
                return
            case .endOfStream:
                inputEnded()
                return
            case .failed:
                noteIfLeft()
                close()
                return
            }
        }
    }

    /// Bounded buffers: what a handler has not asked for yet, and requests that follow the present one. A whole head always
    /// finds room.
    private var wantsInput: Bool {
        bodyReady.count < server.settings.inboundBytesMax
            && inbox.count < max(server.settings.inboundBytesMax, server.settings.messageLimits.headBytesMax)
    }

    /// A client that asks and asks and reads no answer waits for itself.
    private var isCongested: Bool { outbox.count - outboxStart > server.settings.outboundBytesMax }

    private func take(_ bytes: UnsafeRawBufferPointer) {
        switch phase {
        case .handshake, .closed:
            return
        case .lingering:
            lingered += bytes.count
            if lingered > server.settings.lingerBytesMax {
                close()
            } else if deadlineKind == .linger {
                deadline = min(loop.now &+ server.times.lingerPause, lingerEnd)
            }
        case .head:
            if inbox.isEmpty && !isCongested {
                let consumed = parseHead(bytes)
                if phase != .closed && phase != .lingering && consumed < bytes.count {
                    inbox.append(bytes.dropping(consumed))
                }
            } else {
                inbox.append(bytes)
            }
            advance()
        case .exchange:
            let consumed = feedBody(bytes)
            if consumed < bytes.count && phase == .exchange {
                inbox.append(bytes.dropping(consumed))
            }
            wakeBodyWaiterIfFed()
            finishExchangeIfDone()
        }
    }

    /// The peer sends nothing more. While it owes us nothing that means it is gone: MCP's stateless era takes a closed
    /// connection as cancellation, and a half-closed one cannot be told from it.
    private func inputEnded() {
        let isOwedMore = phase == .exchange && answer != .finished
        noteIfLeft()
        if isOwedMore || outbox.isEmpty {
            close()
            return
        }
        // It may still read what is on its way; nothing more is read from it.
        isAtEnd = true
        if phase != .lingering { linger() }
        setInterest(.writable)
    }

    private func noteIfLeft() {
        if phase == .exchange && answer != .finished { server.note(.clientLeft) }
    }

    /// Goes from head to exchange to head as far as the bytes reach. Never nested: an answer inside a handler that ran at
    /// once returns to the loop here.
    private func advance() {
        guard !isAdvancing else { return }
        isAdvancing = true
        defer { isAdvancing = false }
        while true {
            if phase == .exchange && !handlerStarted { startHandler() }
            guard phase == .head, !inbox.isEmpty, !isCongested else { break }
            var pending: [UInt8] = []
            swap(&pending, &inbox)
            let consumed = pending.withUnsafeBytes { parseHead($0) }
            if phase == .closed || phase == .lingering { return }
            if consumed < pending.count {
                pending.removeFirst(consumed)
                inbox = pending
            }
            if consumed == 0 { break }
        }
        if phase == .head && inbox.isEmpty && outbox.isEmpty && deadlineKind != .idle && number > 0 {
            setDeadline(.idle, server.times.idleTime)
        } else if phase == .head && !inbox.isEmpty && deadlineKind == .idle {
            setDeadline(.head, server.times.headTime)
        }
    }

    private var pendingHead: RequestHead?
    private var handlerStarted: Bool { pendingHead == nil }

    /// Parses one head, and as much of its body as is there; returns how many bytes were taken.
    private func parseHead(_ bytes: UnsafeRawBufferPointer) -> Int {
        switch parser.parse(bytes.assumingMemoryBound(to: UInt8.self).span) {
        case .incomplete:
            if deadlineKind != .head { setDeadline(.head, server.times.headTime) }
            return 0
        case .refused(let refusal):
            refuse(refusal)
            return bytes.count
        case .complete(let head, let consumed):
            beginExchange(head)
            return consumed + feedBody(bytes.dropping(consumed))
        }
    }

    private func beginExchange(_ head: RequestHead) {
        number &+= 1
        phase = .exchange
        answer = .none
        handlerReturned = false
        keepsAlive = keepsAlive && head.keepsAlive
        headRequest = head.method == .head
        minorVersion = head.minorVersion
        owesContinue = head.expectsContinue && head.framing != .none
        pendingHead = head
        deadlineKind = .none
        requestDeadline = 0
        switch head.framing {
        case .none, .untilClose: body = .complete
        case .length(let count): body = count == 0 ? .complete : .length(count)
        case .chunked:
            body = .chunked
            decoder = ChunkDecoder(limits: server.settings.messageLimits)
        }
    }

    private func startHandler() {
        guard let head = pendingHead.take() else { return }
        if case .complete = body {
        } else {
            requestDeadline = loop.now &+ server.times.requestTime
            setBodyDeadline()
        }
        let exchange = HTTPExchange(head: head, connection: self, number: number)
        server.exchangeBegan()
        guard let shortcut = server.shortcut(exchange) else {
            startTask(exchange, server.handler)
            return
        }
        if exchange.number != number {
            // The client was lost on the way.
            shortcut.clientGone()
        } else if !handlerReturned {
            self.shortcut = shortcut
        }
    }

    func startTask(_ exchange: HTTPExchange, _ handler: @escaping @Sendable (HTTPExchange) async -> Void) {
        let number = exchange.number
        guard number == self.number else {
            server.exchangeEnded()
            return
        }
        shortcut = nil
        // As `EventLoop.startTask`, without a closure around the closure.
        let started = Task.immediate(executorPreference: loop) {
            await handler(exchange)
            exchange.connection.handlerEnded(exchange.number)
        }
        if number != self.number {
            // The client was lost while the handler ran up to its first wait.
            started.cancel()
        } else if !handlerReturned {
            task = started
        }
    }

    /// Takes body bytes out of `bytes`; returns how many belonged to the body.
    private func feedBody(_ bytes: UnsafeRawBufferPointer) -> Int {
        switch body {
        case .complete, .timedOut:
            return 0
        case .refused:
            return bytes.count
        case .length(let remaining):
            let count = min(remaining, bytes.count)
            if count > 0 { bodyReady.append(bytes.taking(count)) }
            body = count == remaining ? .complete : .length(remaining - count)
            bodyAdvanced()
            return count
        case .chunked:
            var consumed = 0
            while true {
                let rest = bytes.dropping(consumed)
                switch decoder?.decode(rest.assumingMemoryBound(to: UInt8.self).span) {
                case nil: preconditionFailure("a chunked body has its decoder")
                case .data(let range, let count):
                    bodyReady.append(UnsafeRawBufferPointer(rebasing: rest[range]))
                    consumed += count
                    continue
                case .needMore(let count):
                    consumed += count
                case .complete(_, let count):
                    consumed += count
                    body = .complete
                    decoder = nil
                case .refused(let refusal):
                    consumed = bytes.count
                    body = .refused(refusal)
                    decoder = nil
                    server.note(.refused(refusal))
                }
                bodyAdvanced()
                return consumed
            }
        }
    }

    private func bodyAdvanced() {
        if case .complete = body {
            if deadlineKind == .body { deadlineKind = .none }
        } else if deadlineKind == .body {
            setBodyDeadline()
        }
    }

    private func setBodyDeadline() {
        let pause = loop.now &+ server.times.bodyPause
        setDeadline(.body, at: min(pause, requestDeadline))
    }

    // MARK: The handler's side: the body

    func checkAnnouncedBody(_ number: UInt32, limit: Int) throws(HTTPServerError) {
        guard number == self.number else { throw .clientGone }
        if case .length(let remaining) = body, remaining + bodyReady.count > limit {
            throw .bodyTooLarge(limit: limit)
        }
    }

    func bodyAtHand(_ number: UInt32, limit: Int) throws(HTTPServerError) -> [UInt8]? {
        guard number == self.number else { throw .clientGone }
        guard case .complete = body else { return nil }
        if bodyReady.count > limit { throw .bodyTooLarge(limit: limit) }
        var whole: [UInt8] = []
        swap(&whole, &bodyReady)
        resumeReading()
        return whole
    }

    func hasWholeBody(_ number: UInt32) -> Bool {
        number == self.number && bodyHasArrived
    }

    func bodyIsComplete(_ number: UInt32) -> Bool {
        guard number == self.number, case .complete = body else { return false }
        return bodyReady.isEmpty
    }

    func nextBodyChunk(_ number: UInt32) async throws(HTTPServerError) -> [UInt8]? {
        while true {
            guard number == self.number else { throw .clientGone }
            if !bodyReady.isEmpty {
                let chunk = bodyReady
                bodyReady = []
                // A client that sends without being asked needs no word any more.
                owesContinue = false
                resumeReading()
                return chunk
            }
            switch body {
            case .complete: return nil
            case .refused(let refusal): throw .refused(refusal)
            case .timedOut: throw .bodyTimedOut
            case .length, .chunked: break
            }
            if owesContinue {
                owesContinue = false
                send(HTTPServerLoop.continueHead)
            }
            guard number == self.number else { throw .clientGone }
            if Task.isCancelled { throw .cancelled }
            precondition(bodyWaiter == nil, "one task at a time reads a body")
            await withTaskCancellationHandler {
                await withUnsafeContinuation { continuation in
                    bodyWaiter = continuation
                    if Task.isCancelled { wakeBodyWaiter() }
                }
            } onCancel: {
                loop.execute { [self] in wakeBodyWaiter() }
            }
        }
    }

    private func wakeBodyWaiterIfFed() {
        switch body {
        case .length, .chunked: if bodyReady.isEmpty { return }
        case .complete, .refused, .timedOut: break
        }
        wakeBodyWaiter()
    }

    private func wakeBodyWaiter() {
        let waiter = bodyWaiter
        bodyWaiter = nil
        waiter?.resume()
    }

    private func resumeReading() {
        guard phase == .exchange, !interest.hasAny(of: .readable), wantsInput else { return }
        setInterest(interest.adding(.readableOrClosed))
        // TLS may hold decrypted bytes that no readiness announces.
        if link.isTLS { loop.execute { [self] in if phase == .exchange { readInput(peerClosed: false) } } }
    }

    // MARK: The handler's side: the answer

    func respond(_ number: UInt32, status: Int, fields: HTTPFields, body: [UInt8]) -> Bool {
        guard number == self.number, answer == .none else { return false }
        answer = .finished
        owesContinue = false
        if !bodyHasArrived { keepsAlive = false }
        let bodyless = status == 204 || status == 304
        var buffer = server.borrowBuffer()
        server.appendHead(
            status, fields, framing: bodyless ? .none : .length(body.count), keepsAlive: keepsAlive,
            minorVersion: minorVersion, to: &buffer)
        if !headRequest && !bodyless { buffer.append(contentsOf: body) }
        send(buffer)
        server.returnBuffer(&buffer)
        server.exchangeAnswered(status)
        finishExchangeIfDone()
        return true
    }

    func hasBegunAnswer(_ number: UInt32) -> Bool {
        number != self.number || answer != .none
    }

    func beginStream(_ number: UInt32, status: Int, fields: HTTPFields) throws(HTTPServerError) {
        guard number == self.number else { throw .clientGone }
        guard answer == .none else { throw .alreadyAnswered }
        owesContinue = false
        let isBodyless = status == 204 || status == 304
        let framing: BodyFraming = isBodyless ? .none : minorVersion == 0 ? .untilClose : .chunked
        answer = framing == .untilClose ? .streamingUntilClose : .streamingChunks
        if isBodyless { headRequest = true }
        if framing == .untilClose || !bodyHasArrived { keepsAlive = false }
        var buffer = server.borrowBuffer()
        server.appendHead(
            status, fields, framing: framing, keepsAlive: keepsAlive, minorVersion: minorVersion, to: &buffer)
        send(buffer)
        server.returnBuffer(&buffer)
        server.exchangeAnswered(status)
        guard number == self.number else { throw .clientGone }
    }

    func writeStream(_ number: UInt32, _ bytes: [UInt8]) async throws(HTTPServerError) {
        guard number == self.number else { throw .clientGone }
        guard answer != .none && answer != .finished else { throw .alreadyAnswered }
        if !headRequest && !bytes.isEmpty {
            if answer == .streamingChunks {
                var buffer = server.borrowBuffer()
                ChunkWriter.appendChunk(bytes.span, to: &buffer)
                send(buffer)
                server.returnBuffer(&buffer)
            } else {
                send(bytes)
            }
        }
        while number == self.number && isCongested {
            if Task.isCancelled { throw .cancelled }
            await withTaskCancellationHandler {
                await withUnsafeContinuation { continuation in
                    drainWaiters.append(continuation)
                    if Task.isCancelled { wakeDrainWaiters() }
                }
            } onCancel: {
                loop.execute { [self] in wakeDrainWaiters() }
            }
        }
        guard number == self.number else { throw .clientGone }
    }

    func finishStream(_ number: UInt32, trailers: HTTPFields) {
        guard number == self.number, answer != .none, answer != .finished else { return }
        if answer == .streamingChunks && !headRequest {
            var buffer = server.borrowBuffer()
            ChunkWriter.appendLastChunk(trailers: trailers, to: &buffer)
            send(buffer)
            server.returnBuffer(&buffer)
        }
        if phase == .closed { return }
        answer = .finished
        finishExchangeIfDone()
    }

    func abort(_ number: UInt32) {
        guard number == self.number else { return }
        // Whatever was answered, what is left of the exchange must look cut off.
        if answer == .none { answer = .streamingUntilClose }
        close()
    }

    func pause(_ number: UInt32, nanoseconds: UInt64, isWorking: Bool) async -> Bool {
        guard number == self.number, isWorking || !server.isDraining else { return false }
        isPausing = !isWorking
        do throws(ReactorError) {
            try await loop.sleep(nanoseconds: nanoseconds)
        } catch {
            if number == self.number { isPausing = false }
            return false
        }
        guard number == self.number else { return false }
        isPausing = false
        return true
    }

    func untilClientGone(_ number: UInt32) async {
        await withTaskCancellationHandler {
            await withUnsafeContinuation { (continuation: UnsafeContinuation<Void, Never>) in
                if number != self.number || phase == .closed || Task.isCancelled || goneWaiter != nil {
                    continuation.resume()
                } else {
                    goneWaiter = continuation
                }
            }
        } onCancel: {
            loop.execute { [self] in
                guard number == self.number else { return }
                goneWaiter?.resume()
                goneWaiter = nil
            }
        }
    }

    func handlerEnded(_ number: UInt32) {
        server.exchangeEnded()
        guard number == self.number else { return }
        task = nil
        shortcut = nil
        handlerReturned = true
        switch answer {
        case .finished:
            finishExchangeIfDone()
        case .none:
            answerForSilentHandler(number)
        case .streamingLength, .streamingChunks, .streamingUntilClose:
            // An unfinished stream must not look like a whole one.
            abort(number)
        }
    }

    /// A handler may leave a request that broke the rules to us; any other silence is a mistake of ours.
    private func answerForSilentHandler(_ number: UInt32) {
        var fields = HTTPFields()
        fields.append(.contentType, literal: "text/plain; charset=utf-8")
        switch body {
        case .refused(let refusal):
            _ = respond(number, status: refusal.status, fields: fields, body: Array((refusal.reason + "\n").utf8))
        case .timedOut:
            let advice = Array("The body stopped arriving; send the whole request at once.\n".utf8)
            _ = respond(number, status: 408, fields: fields, body: advice)
        case .complete, .length, .chunked:
            server.note(.handlerSilent)
            _ = respond(number, status: 500, fields: HTTPFields(), body: [])
        }
    }

    private var bodyHasArrived: Bool {
        if case .complete = body { return true }
        return false
    }

    private func finishExchangeIfDone() {
        guard phase == .exchange, answer == .finished, handlerReturned else { return }
        bodyReady = []
        if !keepsAlive || !bodyHasArrived {
            linger()
            return
        }
        phase = .head
        body = .complete
        resumeReadingHeads()
        if isAdvancing { return }
        advance()
    }

    private func resumeReadingHeads() {
        if !interest.hasAny(of: .readable) { setInterest(interest.adding(.readableOrClosed)) }
    }

    private func refuse(_ refusal: HTTPRefusal) {
        server.note(.refused(refusal))
        refuse(status: refusal.status, refusal.reason)
    }

    private func refuse(status: Int, _ reason: String) {
        keepsAlive = false
        let text = Array((reason + "\n").utf8)
        var fields = HTTPFields()
        fields.append(.contentType, literal: "text/plain; charset=utf-8")
        var buffer = server.borrowBuffer()
        server.appendHead(
            status, fields, framing: .length(text.count), keepsAlive: false, minorVersion: 1, to: &buffer)
        buffer.append(contentsOf: text)
        send(buffer)
        server.returnBuffer(&buffer)
        linger()
    }

    /// RFC 9112 section 9.6: half-close, then read on for a bounded while, or a reset could overtake the last answer.
    private func linger() {
        guard phase != .closed else { return }
        phase = .lingering
        number &+= 1
        inbox = []
        bodyReady = []
        // The clock of lingering begins when the answer is out; until then it is the slow reader's.
        deadlineKind = .none
        if outbox.isEmpty { endWriting() }
        if phase == .lingering { setInterest(interest.adding(.readableOrClosed)) }
    }

    private func endWriting() {
        if isAtEnd {
            close()
            return
        }
        if case .tls(let connection) = link { connection.shutdown() }
        Sockets.shutDownWriting(descriptor)
        lingerEnd = loop.now &+ server.times.lingerTime
        setDeadline(.linger, at: min(loop.now &+ server.times.lingerPause, lingerEnd))
    }

    // MARK: Writing

    private func send(_ bytes: [UInt8]) {
        guard phase != .closed, !bytes.isEmpty else { return }
        guard outbox.isEmpty else {
            outbox.append(contentsOf: bytes)
            return
        }
        let sent = bytes.withUnsafeBytes { writeSome($0) }
        if phase != .closed && sent < bytes.count {
            outbox.append(contentsOf: bytes[sent...])
            waitForWritability()
        }
    }

    private func writeSome(_ bytes: UnsafeRawBufferPointer) -> Int {
        var sent = 0
        while sent < bytes.count {
            switch link.write(descriptor, bytes.dropping(sent)) {
            case .bytes(let count): sent += count
            case .wantsRead, .wantsWrite: return sent
            case .endOfStream, .failed:
                if phase == .exchange { server.note(.clientLeft) }
                close()
                return sent
            }
        }
        return sent
    }

    private func waitForWritability() {
        setInterest(interest.adding(.writable))
        setWriteDeadline()
    }

    private func flush() {
        var pending: [UInt8] = []
        swap(&pending, &outbox)
        let sent = pending.withUnsafeBytes { writeSome($0.dropping(outboxStart)) }
        guard phase != .closed else { return }
        swap(&pending, &outbox)
        outboxStart += sent
        if outboxStart == outbox.count {
            outbox = []
            outboxStart = 0
            setInterest(interest.removing(.writable))
            writeDeadline = 0
            wakeDrainWaiters()
            if phase == .lingering { endWriting() }
            goOnReading()
            return
        }
        if sent > 0 { setWriteDeadline() }
        // Moved only when it pays: a long answer that leaves in small pieces is not copied for each of them.
        if outboxStart > 64 * 1024 && outboxStart >= outbox.count / 2 {
            outbox.removeFirst(outboxStart)
            outboxStart = 0
        }
        if outbox.count - outboxStart <= server.settings.outboundBytesMax / 2 {
            wakeDrainWaiters()
            goOnReading()
        }
    }

    /// Takes up the requests that waited for their client to read.
    private func goOnReading() {
        guard phase == .head else { return }
        resumeReadingHeads()
        advance()
    }

    private func wakeDrainWaiters() {
        if drainWaiters.isEmpty { return }
        let waiters = drainWaiters
        drainWaiters = []
        for waiter in waiters { waiter.resume() }
    }

    // MARK: Interest and time

    private func setInterest(_ wanted: Readiness) {
        guard wanted != interest, phase != .closed else { return }
        interest = wanted
        loop.setInterest(wanted.adding(.edge), of: registration)
    }

    private func setDeadline(_ kind: Deadline, _ time: UInt64) {
        setDeadline(kind, at: loop.now &+ time)
    }

    private func setDeadline(_ kind: Deadline, at due: UInt64) {
        deadlineKind = kind
        deadline = due
        wakeAt(due)
    }

    private func setWriteDeadline() {
        writeDeadline = loop.now &+ server.times.writePause
        wakeAt(writeDeadline)
    }

    private func wakeAt(_ due: UInt64) {
        if let timer {
            if timerDue <= due { return }
            loop.cancel(timer)
        }
        timerDue = due
        timer = loop.schedule(at: due, self)
    }
}
