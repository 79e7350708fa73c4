import Cryptography
import Glibc
import HTTPMessages
import Reactor
import Telemetry

/// One loop's share of a server: its listener, its connections and its small caches.
///
/// `@unchecked Sendable`: confined to `loop`; other threads reach it through `loop.execute`.
final class HTTPServerLoop: ReadinessHandler, TimerHandler, @unchecked Sendable {
    static let continueHead = Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)
    /// Connections taken in one turn, so that a flood of them does not starve those that are open.
    private static let acceptsPerTurn = 64
    private static let exhaustedPauseNanoseconds: UInt64 = 100_000_000

    let loop: EventLoop
    let settings: HTTPServerSettings
    let times: Times
    let handler: @Sendable (HTTPExchange) async -> Void
    let shortcut: @Sendable (HTTPExchange) -> (any HTTPShortcut)?
    private(set) var isDraining = false
    private let tls: TLSServerContext?
    private let observer: HTTPServerObserver
    private var listener: Int32 = -1
    private var family = SocketAddress.Family.ipv4
    private var registration = EventLoop.Registration.none
    private var isPaused = false
    private var pauseTimer: EventLoop.Timer?
    private var connections: [HTTPServerConnection?] = []
    private var freePlaces: [Int] = []
    private(set) var connectionCount = 0
    private var exchangesOpen = 0
    private var drained: (@Sendable () -> Void)?
    private var buffer: [UInt8] = []
    private var dateSecond: UInt64 = 0
    private var dateBytes: [UInt8] = []

    init(
        loop: EventLoop, settings: HTTPServerSettings, tls: TLSServerContext?, observer: HTTPServerObserver,
        shortcut: @escaping @Sendable (HTTPExchange) -> (any HTTPShortcut)?,
        handler: @escaping @Sendable (HTTPExchange) async -> Void
    ) {
        self.loop = loop
        self.settings = settings
        times = Times(settings)
        self.tls = tls
        self.observer = observer
        self.shortcut = shortcut
        self.handler = handler
        buffer.reserveCapacity(4096)
    }

    /// Takes over a listening socket; called on the loop.
    func listen(_ descriptor: Int32, family: SocketAddress.Family) throws(ReactorError) {
        precondition(listener < 0, "a server listens at one address")
        registration = try loop.watch(descriptor, for: .readable, handler: self)
        listener = descriptor
        self.family = family
    }

    // MARK: Accepting

    func ready(_ readiness: Readiness) {
        for _ in 0..<Self.acceptsPerTurn {
            guard connectionCount < settings.connectionsMax else {
                note(.connectionsFull)
                pauseAccepting()
                return
            }
            switch Sockets.accept(listener) {
            case .descriptor(let descriptor): admit(descriptor)
            case .lost: continue
            case .wouldBlock: return
            case .exhausted(let number), .failed(let number):
                note(.acceptFailed(errorText(number)))
                pauseAccepting()
                return
            }
        }
    }

    func timerFired() {
        pauseTimer = nil
        resumeAccepting()
    }

    /// A listener that cannot accept stays readable for ever; it is not asked again before there is hope.
    private func pauseAccepting() {
        guard !isPaused else { return }
        isPaused = true
        loop.setInterest(.nothing, of: registration)
        if pauseTimer == nil { pauseTimer = loop.schedule(after: Self.exhaustedPauseNanoseconds, self) }
    }

    private func resumeAccepting() {
        guard isPaused, listener >= 0 else { return }
        isPaused = false
        loop.setInterest(.readable, of: registration)
    }

    private func admit(_ descriptor: Int32) {
        Sockets.setNoDelay(descriptor, family: family)
        let link: Link
        if let tls {
            do throws(CryptographyError) {
                link = .tls(try TLSConnection(server: tls, descriptor: descriptor))
            } catch {
                note(.handshakeFailed(error.sentence))
                Sockets.close(descriptor)
                return
            }
        } else {
            link = .plain
        }
        let connection = HTTPServerConnection(server: self, descriptor: descriptor, link: link)
        do throws(ReactorError) {
            try connection.start()
        } catch {
            note(.acceptFailed(error.reason))
            Sockets.close(descriptor)
            return
        }
        if let place = freePlaces.popLast() {
            connection.place = place
            connections[place] = connection
        } else {
            connection.place = connections.count
            connections.append(connection)
        }
        connectionCount += 1
        observer.connectionsChanged(1)
    }

    func remove(_ connection: HTTPServerConnection) {
        connections[connection.place] = nil
        freePlaces.append(connection.place)
        connectionCount -= 1
        observer.connectionsChanged(-1)
        resumeAccepting()
        reportDrained()
    }

    // MARK: Ending

    /// Accepts no more, lets open exchanges end, and calls `whenDone` on the loop when nothing is left.
    func drain(whenDone: @escaping @Sendable () -> Void) {
        isDraining = true
        drained = whenDone
        if listener >= 0 {
            loop.stopWatching(registration)
            Sockets.close(listener)
            listener = -1
        }
        if let pauseTimer { loop.cancel(pauseTimer) }
        pauseTimer = nil
        for connection in connections { connection?.drain() }
        reportDrained()
    }

    /// Closes what is still open.
    func closeAll() {
        for connection in connections { connection?.close() }
    }

    private func reportDrained() {
        guard isDraining, connectionCount == 0, exchangesOpen == 0 else { return }
        let done = drained
        drained = nil
        done?()
    }

    // MARK: What connections ask of their loop

    func note(_ event: HTTPServerEvent) {
        observer.noted(event)
    }

    func exchangeBegan() {
        exchangesOpen += 1
        observer.exchangesChanged(1)
    }

    func exchangeAnswered(_ status: Int) {
        observer.answered(status)
    }

    func exchangeEnded() {
        exchangesOpen -= 1
        observer.exchangesChanged(-1)
        if isDraining { reportDrained() }
    }

    /// A buffer that keeps its storage between answers; a nested borrower gets a fresh one.
    func borrowBuffer() -> [UInt8] {
        var borrowed: [UInt8] = []
        swap(&borrowed, &buffer)
        return borrowed
    }

    func returnBuffer(_ borrowed: inout [UInt8]) {
        // One large answer must not pin its size for ever.
        if borrowed.capacity > 64 * 1024 { return }
        borrowed.removeAll(keepingCapacity: true)
        swap(&borrowed, &buffer)
    }

    /// Appends an answer's head; the `Date` field's value is made once a second.
    func appendHead(
        _ status: Int, _ fields: HTTPFields, framing: BodyFraming, keepsAlive: Bool, minorVersion: UInt8,
        to output: inout [UInt8]
    ) {
        let second = loop.now / 1_000_000_000
        if second != dateSecond || dateBytes.isEmpty {
            dateSecond = second
            dateBytes = imfFixdate(time(nil))
        }
        let date = dateBytes
        HeadWriter.appendResponse(
            status: status, fields: fields, framing: framing, keepsAlive: keepsAlive, date: date.span,
            minorVersion: minorVersion, to: &output)
    }
}

extension HTTPServerLoop {
    /// The settings' times on the loop's clock, so that no request divides attoseconds.
    struct Times {
        let headTime: UInt64
        let bodyPause: UInt64
        let requestTime: UInt64
        let idleTime: UInt64
        let writePause: UInt64
        let lingerTime: UInt64
        let lingerPause: UInt64

        init(_ settings: HTTPServerSettings) {
            headTime = settings.headTime.inNanoseconds
            bodyPause = settings.bodyPause.inNanoseconds
            requestTime = settings.requestTime.inNanoseconds
            idleTime = settings.idleTime.inNanoseconds
            writePause = settings.writePause.inNanoseconds
            lingerTime = settings.lingerTime.inNanoseconds
            lingerPause = settings.lingerPause.inNanoseconds
        }
    }
}

/// RFC 9110 section 5.6.7, without the C library's locale.
func imfFixdate(_ seconds: Int) -> [UInt8] {
    var seconds = seconds
    var parts = tm()
    gmtime_r(&seconds, &parts)
    let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let day = days[Int(parts.tm_wday)]
    let month = months[Int(parts.tm_mon)]
    let clock = "\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))"
    return Array("\(day), \(two(parts.tm_mday)) \(month) \(parts.tm_year + 1900) \(clock) GMT".utf8)
}
