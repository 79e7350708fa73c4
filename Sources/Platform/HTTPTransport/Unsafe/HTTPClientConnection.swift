import Cryptography
import Glibc
import HTTPMessages
import Reactor

/// One connection to an origin, carrying one request at a time.
///
/// A class because it is the identity of a socket. `@unchecked Sendable`: confined to `loop`; `onCancel` goes through
/// `loop.execute`.
///
/// States: `connecting` → `handshake` (TLS) → `idle` → `awaitingHead` → `streaming` → `idle`; `closed` from all of them.
///
/// Invariants:
/// 1. `number` grows with each request; calls that carry an old number change nothing.
/// 2. A connection is `idle` only when the last answer was whole, nothing follows it, and both sides keep it.
/// 3. `waiter` is resumed, or `receiver` told, exactly once: by an answer, a failure, the deadline, a cancellation or `close`.
/// 4. A whole answer frees the connection at once; a body that comes in pieces lives in its `HTTPBodyStream`.
final class HTTPClientConnection: ReadinessHandler, TimerHandler, @unchecked Sendable {
    enum State: UInt8 {
        case connecting, handshake, idle, awaitingHead, streaming, closed
    }

    private enum Body {
        case complete
        case length(Int)
        /// By `decoder`, which is no part of this: it is large, and would be moved whenever the body is asked anything.
        case chunked
        case untilClose
    }

    private(set) var state = State.connecting
    private(set) var requestsSent = 0
    private(set) var idleSince: UInt64 = 0
    let loop: EventLoop
    /// Whether the pool counts this connection as open.
    var holdsPlace = false
    // `poolOwner` keeps it: an origin may go while its connections lie unused, and they go with the last of them. Each use
    // of a counted reference would be counted.
    private unowned(unsafe) let pool: HTTPConnectionPool
    private let poolOwner: HTTPConnectionPool
    private let descriptor: Int32
    private var link: Link
    private var registration = EventLoop.Registration.none
    private var interest = Readiness.nothing
    private var timer: EventLoop.Timer?
    private var timerDue: UInt64 = 0
    private var deadline: UInt64 = 0

    private var connectWaiter: UnsafeContinuation<HTTPClientError?, Never>?

    private(set) var number: UInt32 = 0
    private var outbox: [UInt8] = []
    private var outboxStart = 0
    private var bytesSentBefore: Int64 = 0
    private var bytesSent: Int64 = 0
    private var answerHasBegun = false
    private var isWriteBroken = false
    /// The peer's end was reported. Reports are edges: one that comes with the answer is the only one, so it is kept here.
    private var peerHasEnded = false
    /// Whether the kernel took any byte of this request.
    private var hasWritten = false
    private var inbox: [UInt8] = []
    private var parser: ResponseHeadParser
    private var head: ResponseHead?
    private var body = Body.complete
    private var decoder: ChunkDecoder?
    private var keepsAlive = false
    /// What has come of a body that may still be short enough to be handed over whole.
    private var gathered: [UInt8] = []
    private var stream: HTTPBodyStream?
    private var outcome: Result<HTTPClientResponse, HTTPClientError>?
    private var waiter: UnsafeContinuation<Result<HTTPClientResponse, HTTPClientError>, Never>?
    /// Who is told instead of a waiting task.
    private var receiver: (any HTTPAnswerReceiver)?

    init(pool: HTTPConnectionPool, descriptor: Int32) {
        self.pool = pool
        poolOwner = pool
        self.loop = pool.loop
        parser = ResponseHeadParser(limits: pool.settings.messageLimits, requestMethod: .get)
        self.descriptor = descriptor
        link = .plain
    }

    // MARK: Connecting

    /// Waits until the socket is connected and TLS agreed; the error says what failed.
    func connect(tls: TLSClientContext?, host: String, deadline: UInt64) async -> HTTPClientError? {
        do throws(ReactorError) {
            interest = .writable
            registration = try loop.watch(descriptor, for: interest.adding(.edge), handler: self)
        } catch {
            close()
            return .connect(error.reason)
        }
        if let tls {
            do throws(CryptographyError) {
                link = .tls(try TLSConnection(client: tls, host: host, descriptor: descriptor))
            } catch {
                close()
                return .tls(error.sentence)
            }
        }
        setDeadline(deadline)
        return await withTaskCancellationHandler {
            await withUnsafeContinuation { continuation in
                if Task.isCancelled {
                    close()
                    continuation.resume(returning: .cancelled)
                } else {
                    connectWaiter = continuation
                }
            }
        } onCancel: {
            loop.execute { [self] in connectDecided(.cancelled) }
        }
    }

    private func connectDecided(_ error: HTTPClientError?) {
        guard let continuation = connectWaiter else { return }
        connectWaiter = nil
        if error == nil {
            state = .idle
            deadline = 0
            setInterest(.readableOrClosed)
        } else {
            close()
        }
        continuation.resume(returning: error)
    }

    private func continueConnecting() {
        if state == .connecting {
            let number = Sockets.pendingError(of: descriptor)
            if number != 0 {
                connectDecided(.connect(errorText(number)))
                return
            }
            guard link.isTLS else {
                connectDecided(nil)
                return
            }
            state = .handshake
        }
        guard case .tls(let connection) = link else { return }
        switch Link.Step(connection.handshake()) {
        case .bytes: connectDecided(nil)
        case .wantsRead: setInterest(.readableOrClosed)
        case .wantsWrite: setInterest(.writable)
        case .endOfStream: connectDecided(.tls("the other side closed the connection during the handshake"))
        case .failed(let reason): connectDecided(.tls(reason))
        }
    }

    // MARK: One request

    /// True when the peer has not closed the connection while it lay unused.
    var isReusable: Bool {
        guard state == .idle else { return false }
        // A connection used in the last second is trusted: the bytes-acknowledged check still guards it.
        if loop.now &- idleSince < 1_000_000_000 || link.isTLS { return true }
        return Sockets.isQuiet(descriptor)
    }

    /// Waits for the answer to the request that `begin` sent: its head, and its body as long as that is short.
    func answer(_ number: UInt32) async -> Result<HTTPClientResponse, HTTPClientError> {
        if let outcome {
            self.outcome = nil
            return outcome
        }
        return await withTaskCancellationHandler {
            await withUnsafeContinuation { continuation in
                // A task that is cancelled already has run `onCancel` before this, and the outcome is here.
                if let outcome {
                    self.outcome = nil
                    continuation.resume(returning: outcome)
                    return
                }
                waiter = continuation
                if Task.isCancelled { cancel(number) }
            }
        } onCancel: {
            loop.execute { [self] in cancel(number) }
        }
    }

    /// Sends a request on this idle connection; returns the number under which its answer is waited for. A receiver is told of
    /// the answer, perhaps at once.
    func begin(
        _ request: HTTPClientRequest, host: [UInt8], deadline: UInt64, receiver: (any HTTPAnswerReceiver)? = nil
    ) -> UInt32 {
        self.receiver = receiver
        number &+= 1
        requestsSent += 1
        state = .awaitingHead
        parser.reset(requestMethod: request.method)
        answerHasBegun = false
        hasWritten = false
        bytesSentBefore = link.isTLS ? (Sockets.bytesAcknowledged(descriptor) ?? 0) : bytesSent
        setDeadline(deadline)
        var buffer = pool.borrowBuffer()
        // RFC 9110 section 8.6: a method that anticipates a body says its length even when it is nothing.
        let isBodyless = request.body.isEmpty && request.method != .post && request.method != .put
        let target = request.target
        HeadWriter.appendRequest(
            method: request.method, target: target.span, host: host.span, fields: request.fields,
            relayed: request.relayed, where: request.isRelayed,
            framing: isBodyless ? .none : .length(request.body.count), to: &buffer)
        buffer.append(contentsOf: request.body)
        let sent = buffer.withUnsafeBytes { writeSome($0) }
        if state != .closed && sent < buffer.count {
            outbox = Array(buffer[sent...])
            outboxStart = 0
            setInterest(interest.adding(.writable))
        }
        pool.returnBuffer(&buffer)
        let begun = number
        if isWriteBroken { readAfterBrokenWrite() }
        return begun
    }

    /// Ends the present request, if it is still this one.
    func cancel(_ number: UInt32) {
        guard number == self.number, state == .awaitingHead || state == .streaming else { return }
        fail(.cancelled)
    }

    /// Moves the deadline of the present request, if it is still this one.
    func setDeadline(_ due: UInt64, of number: UInt32) {
        guard number == self.number, state == .awaitingHead || state == .streaming else { return }
        setDeadline(due)
    }

    /// The reader took what waited; the upstream may go on.
    func resumeReading() {
        guard state == .streaming, !interest.hasAny(of: .readable) else { return }
        setInterest(interest.adding(.readableOrClosed))
        // TLS may hold decrypted bytes that no readiness announces.
        if link.isTLS { loop.execute { [self] in readInput() } }
    }

    /// The answer is whole: the connection is free before its reader even runs.
    private func release() {
        number &+= 1
        body = .complete
        if peerHasEnded && keepsAlive { pool.peerEnded(unusedSince: loop.now) }
        if keepsAlive && !peerHasEnded && inbox.isEmpty && outbox.isEmpty && !isWriteBroken
            && loop.now >= pool.keepsNothingUntil
        {
            state = .idle
            idleSince = loop.now
            setDeadline(loop.now &+ pool.idleTime)
            setInterest(.readableOrClosed)
            pool.giveBack(self)
        } else {
            close()
        }
    }

    private func succeed(_ head: ResponseHead, _ body: HTTPClientBody) {
        if let receiver {
            self.receiver = nil
            receiver.answered(head, body)
        } else {
            decide(.success(HTTPClientResponse(head: head, body: body)))
        }
    }

    private func decide(_ result: Result<HTTPClientResponse, HTTPClientError>) {
        if let continuation = waiter {
            waiter = nil
            continuation.resume(returning: result)
        } else {
            outcome = result
        }
    }

    // MARK: Events

    func ready(_ readiness: Readiness) {
        switch state {
        case .connecting, .handshake:
            continueConnecting()
        case .closed:
            return
        case .idle:
            // Nothing is owed to us: the end, or bytes that nobody asked for. Both end the connection.
            pool.peerEnded(unusedSince: idleSince)
            close()
        case .awaitingHead, .streaming:
            if readiness.hasAny(of: .peerClosed) { peerHasEnded = true }
            if !outbox.isEmpty && (readiness.hasAny(of: .writable) || link.isTLS) { flush() }
            if state != .closed && readiness.hasAny(of: .anyInput) { readInput() }
        }
    }

    func timerFired() {
        timer = nil
        guard state != .closed, deadline != 0 else { return }
        if loop.now < deadline {
            scheduleTimer()
            return
        }
        switch state {
        case .connecting: connectDecided(.connect("no answer in time"))
        case .handshake: connectDecided(.tls("no answer in time"))
        case .idle: close()
        case .awaitingHead, .streaming: fail(.timedOut(sent: hasWritten))
        case .closed: break
        }
    }

    private func readInput() {
        while state == .awaitingHead || state == .streaming {
            if let stream, stream.isFull(pool.settings.inboundBytesMax) {
                setInterest(interest.removing(.readable))
                return
            }
            switch link.read(descriptor, into: loop.scratch) {
            case .bytes(let count):
                take(UnsafeRawBufferPointer(rebasing: loop.scratch[..<count]))
                // A short read emptied the socket, and what comes later is a new edge; a known end is read up to.
                if count < loop.scratch.count && !link.isTLS && !peerHasEnded && !isWriteBroken { return }
            case .wantsRead:
                return
            case .wantsWrite:
                setInterest(interest.adding(.writable))
                return
            case .endOfStream:
                inputEnded("the other side closed it")
                return
            case .failed(let reason):
                // A reset says nothing of what was read before it: an acknowledgement may have been under way.
                fail(.closed(reason: reason, sent: hasWritten))
                return
            }
        }
    }

    private func take(_ bytes: UnsafeRawBufferPointer) {
        answerHasBegun = true
        if state == .streaming {
            feed(bytes)
            answerAdvanced()
            return
        }
        if inbox.isEmpty {
            let consumed = parseHead(bytes)
            if state == .awaitingHead && consumed < bytes.count { inbox.append(bytes.dropping(consumed)) }
            return
        }
        var pending: [UInt8] = []
        swap(&pending, &inbox)
        pending.append(bytes)
        let consumed = pending.withUnsafeBytes { parseHead($0) }
        if state == .awaitingHead && consumed < pending.count {
            pending.removeFirst(consumed)
            inbox = pending
        }
    }

    /// Parses heads until the final one, then hands the rest to the body; returns how many bytes were taken.
    private func parseHead(_ bytes: UnsafeRawBufferPointer) -> Int {
        var offset = 0
        while true {
            switch parser.parse(bytes.dropping(offset).assumingMemoryBound(to: UInt8.self).span) {
            case .incomplete:
                return offset
            case .refused(let refusal):
                fail(.refused(refusal))
                return bytes.count
            case .complete(let head, let consumed):
                offset += consumed
                if head.status < 200 {
                    if head.status == 101 {
                        fail(.closed(reason: "the other side changed the protocol unasked", sent: true))
                        return bytes.count
                    }
                    continue
                }
                if head.status == 408 && !head.keepsAlive && requestsSent > 1 && !isAcknowledged {
                    // RFC 9110 section 15.5.9: it was said to the silence before this request, which nobody took.
                    fail(.closed(reason: "the other side had waited long enough", sent: false))
                    return bytes.count
                }
                self.head = head
                keepsAlive = head.keepsAlive
                state = .streaming
                switch head.framing {
                case .none: body = .complete
                case .length(let count): body = count == 0 ? .complete : .length(count)
                case .chunked:
                    body = .chunked
                    decoder = ChunkDecoder(limits: pool.settings.messageLimits, side: .response)
                case .untilClose: body = .untilClose
                }
                feed(bytes.dropping(offset))
                answerAdvanced()
                return bytes.count
            }
        }
    }

    private func feed(_ bytes: UnsafeRawBufferPointer) {
        switch body {
        case .complete:
            if bytes.count > 0 { keepsAlive = false }
        case .length(let remaining):
            let count = min(remaining, bytes.count)
            deliver(bytes.taking(count))
            body = count == remaining ? .complete : .length(remaining - count)
            if count < bytes.count { keepsAlive = false }
        case .untilClose:
            deliver(bytes)
        case .chunked:
            var consumed = 0
            while true {
                let rest = bytes.dropping(consumed)
                switch decoder?.decode(rest.assumingMemoryBound(to: UInt8.self).span) {
                case nil: preconditionFailure("a chunked body has its decoder")
                case .data(let range, let count):
                    deliver(UnsafeRawBufferPointer(rebasing: rest[range]))
                    consumed += count
                    continue
                case .needMore: break
                case .complete(_, let count):
                    body = .complete
                    decoder = nil
                    if consumed + count < bytes.count { keepsAlive = false }
                case .refused(let refusal):
                    fail(.refused(refusal))
                }
                return
            }
        }
    }

    private func deliver(_ bytes: UnsafeRawBufferPointer) {
        if let stream {
            stream.append(bytes)
        } else {
            gathered.append(bytes)
        }
    }

    /// Hands a whole answer over, or begins a stream: for events with the head, for others when they turn out long.
    private func answerAdvanced() {
        guard state == .streaming else { return }
        if let stream {
            guard case .complete = body else {
                stream.wakeIfFed()
                return
            }
            self.stream = nil
            release()
            stream.finish()
            return
        }
        let isLong: Bool
        switch body {
        case .complete:
            guard let head = head.take() else { return }
            var whole: [UInt8] = []
            swap(&whole, &gathered)
            release()
            succeed(head, .complete(whole))
            return
        case .length(let remaining): isLong = remaining + gathered.count > pool.settings.gatherBytesMax
        case .chunked, .untilClose: isLong = isEventStream || gathered.count > pool.settings.gatherBytesMax
        }
        if isLong, let head = head.take() {
            let stream = HTTPBodyStream(connection: self, number: number)
            self.stream = stream
            gathered.withUnsafeBytes { stream.append($0) }
            gathered = []
            succeed(head, .stream(stream))
        }
    }

    private var isEventStream: Bool {
        head?.fields.withFirst(.contentType) { MediaType.isEventStream($0) } ?? false
    }

    private func inputEnded(_ reason: String) {
        if state == .streaming, case .untilClose = body {
            // RFC 9112 section 9.8: without TLS's own goodbye somebody in between may have cut the body.
            if case .tls(let connection) = link, !connection.peerSaidGoodbye {
                fail(.closed(reason: "TLS ended without a goodbye", sent: true))
                return
            }
            body = .complete
            keepsAlive = false
            answerAdvanced()
        } else {
            fail(.closed(reason: reason, sent: answerHasBegun || isAcknowledged))
        }
    }

    /// Asked when the peer has ended its side: its last segment acknowledged all that its kernel had by then. When that was
    /// no byte of this request, the peer had closed before the request reached it, and nobody read it. The handshake's SYN
    /// counts as one byte.
    private var isAcknowledged: Bool {
        guard let acknowledged = Sockets.bytesAcknowledged(descriptor) else { return true }
        return acknowledged > bytesSentBefore + (link.isTLS ? 0 : 1)
    }

    private func fail(_ error: HTTPClientError) {
        guard state == .awaitingHead || state == .streaming else { return }
        let failed = stream
        stream = nil
        let hadAnswer = failed != nil
        if case .closed(_, sent: false) = error, requestsSent > 1 { pool.peerEnded(unusedSince: idleSince) }
        close()
        failed?.fail(error)
        if hadAnswer { return }
        if let receiver {
            self.receiver = nil
            receiver.failed(error)
        } else {
            decide(.failure(error))
        }
    }

    /// Closes the socket; callers that wait are told by whoever calls this.
    func close() {
        guard state != .closed else { return }
        state = .closed
        number &+= 1
        loop.stopWatching(registration)
        if case .tls(let connection) = link { connection.shutdown() }
        Sockets.close(descriptor)
        if let timer { loop.cancel(timer) }
        timer = nil
        deadline = 0
        outbox = []
        inbox = []
        gathered = []
        head = nil
        pool.forget(self)
    }

    // MARK: Writing

    private func writeSome(_ bytes: UnsafeRawBufferPointer) -> Int {
        var sent = 0
        while sent < bytes.count {
            switch link.write(descriptor, bytes.dropping(sent)) {
            case .bytes(let count):
                sent += count
                bytesSent += Int64(count)
                hasWritten = true
            case .wantsRead, .wantsWrite:
                return sent
            case .endOfStream, .failed:
                isWriteBroken = true
                return sent
            }
        }
        return sent
    }

    /// An answer may wait in the socket's buffer even though it takes no more: reading decides.
    private func readAfterBrokenWrite() {
        outbox = []
        outboxStart = 0
        interest = .nothing
        setInterest(.readableOrClosed)
        readInput()
    }

    private func flush() {
        var pending: [UInt8] = []
        swap(&pending, &outbox)
        let sent = pending.withUnsafeBytes { writeSome($0.dropping(outboxStart)) }
        if isWriteBroken {
            readAfterBrokenWrite()
            return
        }
        outboxStart += sent
        if outboxStart == pending.count {
            outboxStart = 0
            setInterest(interest.removing(.writable))
        } else {
            outbox = pending
        }
    }

    // MARK: Interest and time

    private func setInterest(_ wanted: Readiness) {
        guard wanted != interest, state != .closed else { return }
        interest = wanted
        loop.setInterest(wanted.adding(.edge), of: registration)
    }

    private func setDeadline(_ due: UInt64) {
        deadline = due
        if timer == nil || due < timerDue { scheduleTimer() }
    }

    private func scheduleTimer() {
        if let timer { loop.cancel(timer) }
        timerDue = deadline
        timer = loop.schedule(at: deadline, self)
    }
}
