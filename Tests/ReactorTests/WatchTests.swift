import Glibc
import Reactor
import Testing

@Suite(.timeLimit(.minutes(1))) struct `A watched descriptor` {
    @Test func `is reported again until it is read`() async throws {
        try await withLoop { loop in
            let (ours, theirs) = socketPair()
            let reports = Box(0)
            let over = Signal()
            let registration = try await loop.attempt {
                try loop.watch(
                    ours, for: .readable,
                    handler: ClosureHandler { _ in
                        reports.change { $0 += 1 }
                        if reports.value == 3 {
                            _ = receive(from: ours)
                            over.send()
                        }
                    })
            }
            send("x", to: theirs)
            await over.wait()
            await loop.settle()
            #expect(reports.value == 3)
            await loop.on { loop.stopWatching(registration) }
            close(ours)
            close(theirs)
        }
    }

    @Test func `is reported for what is asked and nothing else`() async throws {
        try await withLoop { loop in
            let (ours, theirs) = socketPair()
            let reports = Box<[UInt32]>([])
            let heard = Signal()
            let registration = try await loop.attempt {
                try loop.watch(
                    ours, for: .nothing,
                    handler: ClosureHandler { readiness in
                        reports.change { $0.append(readiness.bits) }
                        heard.send()
                    })
            }
            send("x", to: theirs)
            await loop.settle()
            #expect(reports.value.isEmpty)
            await loop.on { loop.setInterest(.writable, of: registration) }
            await heard.wait()
            await loop.on { loop.setInterest(.nothing, of: registration) }
            #expect(Set(reports.value) == [Readiness.writable.bits])
            reports.change { $0 = [] }
            await loop.on { loop.setInterest(Readiness.readable.adding(.writable), of: registration) }
            await heard.wait()
            await loop.on { loop.setInterest(.nothing, of: registration) }
            await loop.settle()
            #expect(
                Set(reports.value).isSubset(of: [
                    Readiness.readable.adding(.writable).bits, Readiness.writable.bits,
                ]))
            #expect(reports.value.contains(Readiness.readable.adding(.writable).bits))
            await loop.on { loop.stopWatching(registration) }
            close(ours)
            close(theirs)
        }
    }

    @Test func `tells that the peer has closed, in halves and whole`() async throws {
        try await withLoop { loop in
            let (ours, theirs) = socketPair()
            let last = Box(Readiness.nothing)
            let heard = Signal()
            let registration = try await loop.attempt {
                try loop.watch(
                    ours, for: .readableOrClosed,
                    handler: ClosureHandler { readiness in
                        last.change { $0 = readiness }
                        heard.send()
                    })
            }
            Sockets.shutDownWriting(theirs)
            await heard.wait()
            await loop.on { loop.setInterest(.nothing, of: registration) }
            #expect(last.value.hasAny(of: .peerClosed) && !last.value.hasAny(of: .hangUp))
            close(theirs)
            while !last.value.hasAny(of: .hangUp) { await heard.wait() }
            await loop.on { loop.stopWatching(registration) }
            close(ours)
        }
    }

    @Test func `is silent when a handler of the same batch closed it`() async throws {
        try await withLoop { loop in
            let pairs = (0..<2).map { _ in socketPair() }
            let reports = Box<[Int]>([])
            let registrations = Box<[EventLoop.Registration]>([])
            try await loop.attempt {
                for position in 0..<2 {
                    let registration = try loop.watch(
                        pairs[position].0, for: .readable,
                        handler: ClosureHandler { _ in
                            reports.change { $0.append(position) }
                            for (index, registration) in registrations.value.enumerated() {
                                loop.stopWatching(registration)
                                close(pairs[index].0)
                            }
                        })
                    registrations.change { $0.append(registration) }
                }
                // Both are ready when the loop looks next, so that one turn brings both.
                for pair in pairs { send("x", to: pair.1) }
            }
            await loop.settle()
            #expect(reports.value.count == 1)
            for pair in pairs { close(pair.1) }
        }
    }

    @Test func `is silent when its place was taken by another in the same batch`() async throws {
        try await withLoop { loop in
            let pairs = (0..<3).map { _ in socketPair() }
            let reports = Box<[String]>([])
            let registrations = Box<[EventLoop.Registration]>([])
            try await loop.attempt {
                for position in 0..<2 {
                    let registration = try loop.watch(
                        pairs[position].0, for: .readable,
                        handler: ClosureHandler { _ in
                            reports.change { $0.append("first") }
                            // Both places are free now, and the newcomer takes one that this batch still names.
                            for registration in registrations.value { loop.stopWatching(registration) }
                            for _ in 0..<2 {
                                let newcomer = try? loop.watch(
                                    dup(pairs[2].0), for: .readable,
                                    handler: ClosureHandler { _ in reports.change { $0.append("newcomer") } })
                                #expect(newcomer != nil)
                            }
                        })
                    registrations.change { $0.append(registration) }
                }
                for pair in pairs[..<2] { send("x", to: pair.1) }
            }
            await loop.settle()
            #expect(reports.value == ["first"])
            for pair in pairs {
                close(pair.0)
                close(pair.1)
            }
        }
    }

    @Test func `does not listen to a registration that is over`() async throws {
        try await withLoop { loop in
            let (ours, theirs) = socketPair()
            let reports = Box<[String]>([])
            let heard = Signal()
            let old = try await loop.attempt {
                try loop.watch(
                    ours, for: .readable, handler: ClosureHandler { _ in reports.change { $0.append("old") } })
            }
            let new = try await loop.attempt {
                loop.stopWatching(old)
                return try loop.watch(
                    ours, for: .readable,
                    handler: ClosureHandler { _ in
                        reports.change { $0.append("new") }
                        heard.send()
                    })
            }
            #expect(old != new)
            await loop.on {
                loop.setInterest(.nothing, of: old)
                loop.stopWatching(old)
                loop.stopWatching(.none)
                loop.setInterest(.writable, of: .none)
            }
            send("x", to: theirs)
            await heard.wait()
            await loop.on { loop.stopWatching(new) }
            #expect(Set(reports.value) == ["new"])
            close(ours)
            close(theirs)
        }
    }

    @Test func `cannot be what is not open, or what epoll does not take`() async throws {
        try await withLoop { loop in
            let file = open("/proc/self/stat", O_RDONLY | O_CLOEXEC)
            defer { close(file) }
            let regular = open("/etc/passwd", O_RDONLY | O_CLOEXEC)
            defer { close(regular) }
            for (descriptor, number) in [(Int32(-1), EBADF), (regular, EPERM)] {
                await #expect(throws: ReactorError.system(call: "epoll_ctl", number: number)) {
                    try await loop.attempt {
                        _ = try loop.watch(descriptor, for: .readable, handler: ClosureHandler { _ in })
                    }
                }
            }
        }
    }

    @Test func `lets go of its handler when the watch ends, also by the loop's end`() async throws {
        final class Owner: ReadinessHandler, @unchecked Sendable {
            let loop: EventLoop
            var registration = EventLoop.Registration.none
            let gone: Box<Int>

            init(_ loop: EventLoop, _ gone: Box<Int>) {
                self.loop = loop
                self.gone = gone
            }

            deinit {
                // Comes back to the loop in the middle of being let go.
                if loop.isOnLoop { loop.stopWatching(registration) }
                gone.change { $0 += 1 }
            }

            func ready(_ readiness: Readiness) {}
        }
        let gone = Box(0)
        let (ours, theirs) = socketPair()
        weak var seen: EventLoop?
        try await withLoop { loop in
            seen = loop
            for endsItself in [true, false] {
                try await loop.attempt {
                    let owner = Owner(loop, gone)
                    owner.registration = try loop.watch(endsItself ? ours : theirs, for: .readable, handler: owner)
                    if endsItself { loop.stopWatching(owner.registration) }
                }
            }
            #expect(gone.value == 1)
        }
        #expect(gone.value == 2)
        #expect(seen == nil)
        close(ours)
        close(theirs)
    }
}
