import Glibc
import Reactor
import Testing

/// Runs `body` with started loops and ends them afterwards, whatever happened.
func withLoops<Value>(
    _ count: Int = 1, _ body: (EventLoopGroup) async throws -> Value
) async throws -> Value {
    let group = try EventLoopGroup(count: count)
    group.start()
    defer { group.stopAndJoin() }
    return try await body(group)
}

/// Runs `body` on one started loop.
func withLoop<Value>(_ body: (EventLoop) async throws -> Value) async throws -> Value {
    try await withLoops { try await body($0.loops[0]) }
}

extension EventLoop {
    /// Runs a synchronous body on the loop and returns what it made.
    func on<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
        await withCheckedContinuation { continuation in
            execute { continuation.resume(returning: body()) }
        }
    }

    /// Returns when everything that was queued before has run until it waits: jobs run in the turn after they arrive.
    func settle() async {
        await on {}
        await on {}
    }

    /// As `on`, for bodies that throw.
    func attempt<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await on { Result { try body() } }.get()
    }
}

/// A value that tests share between threads, behind a lock that the thread sanitizer understands.
final class Box<Value: Sendable>: @unchecked Sendable {
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private var storage: Value

    init(_ value: Value) {
        storage = value
        mutex = .allocate(capacity: 1)
        pthread_mutex_init(mutex, nil)
    }

    deinit {
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
    }

    var value: Value {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return storage
    }

    func change(_ body: @Sendable (inout Value) -> Void) {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        body(&storage)
    }
}

/// Something that happens once and is waited for: events instead of sleeps.
final class Signal: Sendable {
    private let stream: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    init() {
        (stream, continuation) = AsyncStream.makeStream()
    }

    /// Says that it happened.
    func send() {
        continuation.yield()
    }

    /// Waits for one more `send`.
    func wait() async {
        var iterator = stream.makeAsyncIterator()
        _ = await iterator.next()
    }
}

/// A repeatable sequence (SplitMix64): the seed is in the test's name.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// A handler made of a closure.
final class ClosureHandler: ReadinessHandler, TimerHandler {
    private let body: (Readiness) -> Void

    init(_ body: @escaping (Readiness) -> Void) {
        self.body = body
    }

    func ready(_ readiness: Readiness) {
        body(readiness)
    }

    func timerFired() {
        body(.nothing)
    }
}

/// Two connected non-blocking sockets of the Unix family.
func socketPair() -> (Int32, Int32) {
    var ends: [Int32] = [-1, -1]
    let kind = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
    precondition(socketpair(AF_UNIX, kind, 0, &ends) == 0)
    return (ends[0], ends[1])
}

/// Sends a text; a test's text always fits.
func send(_ text: String, to descriptor: Int32) {
    let bytes = Array(text.utf8)
    let step = bytes.withUnsafeBytes { Sockets.write(descriptor, $0) }
    precondition(step == .bytes(bytes.count))
}

/// Reads what is there as a text; `nil` when nothing is.
func receive(from descriptor: Int32) -> String? {
    var bytes = [UInt8](repeating: 0, count: 4_096)
    guard case .bytes(let count) = bytes.withUnsafeMutableBytes({ Sockets.read(descriptor, into: $0) }) else {
        return nil
    }
    return String(decoding: bytes[..<count], as: UTF8.self)
}

/// What a body failed with; `nil` when it did not.
func failure(of body: @Sendable () async throws -> Void) async -> ReactorError? {
    do {
        try await body()
        return nil
    } catch {
        return error as? ReactorError
    }
}
