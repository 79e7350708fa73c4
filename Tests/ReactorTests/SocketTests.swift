import Glibc
import Reactor
import Testing

@Suite(.timeLimit(.minutes(1))) struct `A socket` {
    private static func anyPort(_ family: SocketAddress.Family) throws -> SocketAddress {
        try SocketAddress(literal: family == .ipv6 ? "::1" : "127.0.0.1", port: 0)
    }

    private func ready(_ descriptor: Int32, for events: Int16) -> Int16 {
        var poller = pollfd(fd: descriptor, events: events, revents: 0)
        poll(&poller, 1, 10_000)
        return poller.revents
    }

    private func acceptOne(_ listener: Int32) throws -> Int32 {
        #expect(ready(listener, for: Int16(POLLIN)) & Int16(POLLIN) != 0)
        guard case .descriptor(let descriptor) = Sockets.accept(listener) else { throw ReactorError.timedOut }
        return descriptor
    }

    @Test(arguments: [SocketAddress.Family.ipv4, .ipv6]) func `carries bytes both ways`(
        family: SocketAddress.Family
    ) throws {
        let listener = try Sockets.listen(Self.anyPort(family), sharesPort: false)
        #expect(Sockets.accept(listener) == .wouldBlock)
        let address = try Sockets.localAddress(of: listener)
        #expect(address.family == family && address.port != 0 && address.isLoopback)
        let client = try Sockets.connect(address)
        let server = try acceptOne(listener)
        #expect(ready(client, for: Int16(POLLOUT)) & Int16(POLLOUT) != 0)
        #expect(Sockets.pendingError(of: client) == 0)
        Sockets.setNoDelay(server, family: family)
        #expect(Sockets.isQuiet(server))
        #expect(receive(from: server) == nil)
        send("question", to: client)
        _ = ready(server, for: Int16(POLLIN))
        #expect(!Sockets.isQuiet(server))
        #expect(receive(from: server) == "question")
        send("answer", to: server)
        _ = ready(client, for: Int16(POLLIN))
        #expect(receive(from: client) == "answer")
        #expect(Sockets.bytesAcknowledged(client).map { $0 >= 0 } == true)
        Sockets.shutDownWriting(client)
        _ = ready(server, for: Int16(POLLIN))
        var byte = [UInt8](repeating: 0, count: 1)
        #expect(byte.withUnsafeMutableBytes { Sockets.read(server, into: $0) } == .endOfStream)
        #expect(!Sockets.isQuiet(server))
        for descriptor in [client, server, listener] { Sockets.close(descriptor) }
    }

    @Test func `of the Unix family has a path`() throws {
        var template = Array("/tmp/patchbay-test-XXXXXX".utf8CString)
        try #require(mkdtemp(&template) != nil)
        let folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let path = folder + "/socket"
        let listener = try Sockets.listen(SocketAddress(unixPath: path), sharesPort: false)
        #expect(try Sockets.localAddress(of: listener) == SocketAddress(unixPath: path))
        let client = try Sockets.connect(SocketAddress(unixPath: path))
        let server = try acceptOne(listener)
        #expect(try Sockets.localAddress(of: client).description == "unix:")
        send("x", to: client)
        #expect(receive(from: server) == "x")
        #expect(Sockets.bytesAcknowledged(client) == nil)
        #expect(throws: ReactorError.system(call: "bind unix:\(path)", number: EADDRINUSE)) {
            try Sockets.listen(SocketAddress(unixPath: path), sharesPort: false)
        }
        for descriptor in [client, server, listener] { Sockets.close(descriptor) }
        #expect(throws: ReactorError.system(call: "connect unix:\(path)", number: ECONNREFUSED)) {
            try Sockets.connect(SocketAddress(unixPath: path))
        }
        unlink(path)
        #expect(throws: ReactorError.system(call: "connect unix:\(path)", number: ENOENT)) {
            try Sockets.connect(SocketAddress(unixPath: path))
        }
        rmdir(folder)
    }

    @Test func `of the Unix family is refused when the listener's queue is full`() throws {
        var template = Array("/tmp/patchbay-test-XXXXXX".utf8CString)
        try #require(mkdtemp(&template) != nil)
        let folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let address = try SocketAddress(unixPath: folder + "/socket")
        let listener = try Sockets.listen(address, sharesPort: false, backlog: 0)
        let first = try Sockets.connect(address)
        #expect(throws: ReactorError.system(call: "connect \(address)", number: EAGAIN)) {
            try Sockets.connect(address)
        }
        for descriptor in [first, listener] { Sockets.close(descriptor) }
        unlink(folder + "/socket")
        rmdir(folder)
    }

    @Test func `that nobody listens for has its error when it is decided`() throws {
        let listener = try Sockets.listen(Self.anyPort(.ipv4), sharesPort: false)
        let address = try Sockets.localAddress(of: listener)
        Sockets.close(listener)
        let client = try Sockets.connect(address)
        _ = ready(client, for: Int16(POLLOUT))
        #expect(Sockets.pendingError(of: client) == ECONNREFUSED)
        Sockets.close(client)
    }

    @Test func `cannot listen twice on one port, unless it is shared`() throws {
        let first = try Sockets.listen(Self.anyPort(.ipv4), sharesPort: false)
        let taken = try Sockets.localAddress(of: first)
        for sharesPort in [false, true] {
            #expect(throws: ReactorError.system(call: "bind \(taken)", number: EADDRINUSE)) {
                try Sockets.listen(taken, sharesPort: sharesPort)
            }
        }
        Sockets.close(first)
    }

    @Test func `that listens on two loops gets every connection on one of them`() async throws {
        try await withLoops(2) { group in
            let first = try Sockets.listen(Self.anyPort(.ipv4), sharesPort: true)
            let address = try Sockets.localAddress(of: first)
            let second = try Sockets.listen(address, sharesPort: true)
            let counts = Box([0, 0])
            let arrived = Signal()
            let registrations = Box<[EventLoop.Registration]>([])
            for (loop, listener) in zip(group.loops, [first, second]) {
                let registration = try await loop.attempt {
                    try loop.watch(
                        listener, for: .readable,
                        handler: ClosureHandler { _ in
                            while case .descriptor(let descriptor) = Sockets.accept(listener) {
                                counts.change { $0[loop.index] += 1 }
                                Sockets.close(descriptor)
                                arrived.send()
                            }
                        })
                }
                registrations.change { $0.append(registration) }
            }
            let clients = try (0..<200).map { _ in try Sockets.connect(address) }
            for _ in 0..<200 { await arrived.wait() }
            #expect(counts.value.reduce(0, +) == 200)
            // The kernel spreads by a hash of the ports: none for one loop has a chance of 2 to the power of -199.
            #expect(counts.value.allSatisfy { $0 > 0 })
            for (loop, registration) in zip(group.loops, registrations.value) {
                await loop.on { loop.stopWatching(registration) }
            }
            for descriptor in clients + [first, second] { Sockets.close(descriptor) }
        }
    }

    @Test func `is closed on exec and does not block`() throws {
        let listener = try Sockets.listen(Self.anyPort(.ipv4), sharesPort: false)
        let client = try Sockets.connect(Sockets.localAddress(of: listener))
        let server = try acceptOne(listener)
        for descriptor in [listener, client, server] {
            #expect(fcntl(descriptor, F_GETFD) & FD_CLOEXEC != 0)
            #expect(fcntl(descriptor, F_GETFL) & O_NONBLOCK != 0)
            Sockets.close(descriptor)
        }
    }

    @Test func `takes what fits and says when it is full`() throws {
        let (ours, theirs) = socketPair()
        let chunk = [UInt8](repeating: 7, count: 64 * 1024)
        var total = 0
        var last = Sockets.Step.bytes(0)
        while case .bytes(let count) = last {
            total += count
            last = chunk.withUnsafeBytes { Sockets.write(ours, $0) }
        }
        #expect(last == .wouldBlock)
        var read = 0
        var buffer = chunk
        while case .bytes(let count) = buffer.withUnsafeMutableBytes({ Sockets.read(theirs, into: $0) }) {
            read += count
        }
        #expect(read == total && total > 0)
        Sockets.close(theirs)
        // No SIGPIPE, whatever this process does with it.
        #expect(chunk.withUnsafeBytes { Sockets.write(ours, $0) } == .failed(EPIPE))
        Sockets.close(ours)
        #expect(buffer.withUnsafeMutableBytes { Sockets.read(-1, into: $0) } == .failed(EBADF))
        #expect(Sockets.accept(-1) == .failed(EBADF))
        #expect(throws: ReactorError.system(call: "getsockname", number: EBADF)) { try Sockets.localAddress(of: -1) }
    }

    @Test func `that resets on close drops what was not sent`() throws {
        let listener = try Sockets.listen(Self.anyPort(.ipv4), sharesPort: false)
        let client = try Sockets.connect(Sockets.localAddress(of: listener))
        let server = try acceptOne(listener)
        Sockets.resetOnClose(server)
        Sockets.close(server)
        _ = ready(client, for: Int16(POLLIN))
        var byte = [UInt8](repeating: 0, count: 1)
        #expect(byte.withUnsafeMutableBytes { Sockets.read(client, into: $0) } == .failed(ECONNRESET))
        for descriptor in [client, listener] { Sockets.close(descriptor) }
    }

    @Test func `is not accepted while descriptors are used up, and is when they come back`() async {
        await #expect(processExitsWith: .success) {
            let listener = try Sockets.listen(SocketAddress(literal: "127.0.0.1", port: 0), sharesPort: false)
            let client = try Sockets.connect(Sockets.localAddress(of: listener))
            var poller = pollfd(fd: listener, events: Int16(POLLIN), revents: 0)
            #expect(poll(&poller, 1, 10_000) == 1)
            var limit = rlimit()
            #expect(getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0)
            let before = limit.rlim_cur
            limit.rlim_cur = 64
            #expect(setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0)
            var fillers: [Int32] = []
            // Fills what there is and leaves `free`. The test's own runtime opens and closes some too: hence the attempts.
            func happens(withFree free: Int, _ attempt: () -> Bool) -> Bool {
                for _ in 0..<1_000 {
                    while true {
                        let filler = dup(client)
                        if filler < 0 { break }
                        fillers.append(filler)
                    }
                    for _ in 0..<free { close(fillers.removeLast()) }
                    if attempt() { return true }
                }
                return false
            }
            func loopFails(at call: String) -> Bool {
                do throws(ReactorError) {
                    _ = try EventLoop(index: 0)
                    return false
                } catch {
                    return error == .system(call: call, number: EMFILE)
                }
            }
            for _ in 0..<2 {
                #expect(happens(withFree: 0) { Sockets.accept(listener) == .exhausted(EMFILE) })
            }
            #expect(happens(withFree: 0) { loopFails(at: "epoll_create1") })
            // More often than descriptors are left: what was opened before the failure is closed again.
            for _ in 0..<100 { #expect(happens(withFree: 1) { loopFails(at: "eventfd") }) }
            // More than one comes back, so that it does not matter whether the runtime opens something just now.
            for _ in 0..<4 { close(fillers.removeLast()) }
            let accepted = Sockets.accept(listener)
            guard case .descriptor(let server) = accepted else {
                Issue.record("the waiting connection is not accepted: \(accepted)")
                return
            }
            limit.rlim_cur = before
            #expect(setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0)
            for descriptor in fillers + [server, client, listener] { close(descriptor) }
        }
    }
}
