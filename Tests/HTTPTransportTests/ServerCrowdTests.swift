import Glibc
import HTTPMessages
import HTTPTransport
import Reactor
import Testing

@Suite struct `A crowd of clients` {
    @Test func `of two thousand gets the right answers from two loops`() async throws {
        let perLoop = Box<[Int]>([0, 0])
        try await withServer(
            loops: 2,
            handler: { exchange in
                perLoop.change { $0[exchange.loop.index] += 1 }
                if exchange.head.pathHasPrefix("/wait") { await Task.yield() }
                await echo(exchange)
            }
        ) { test in
            try await onThreads(8) { [port = test.port] thread in
                let clients = try (0..<250).map { _ in try RawPeer(port: port) }
                for round in 0..<3 {
                    for (number, client) in clients.enumerated() {
                        try client.send(post(number % 2 == 0 ? "/" : "/wait", "\(thread) \(number) \(round)"))
                    }
                    for (number, client) in clients.enumerated() {
                        #expect(try client.readAnswer().text == "\(thread) \(number) \(round)")
                    }
                }
            }
            #expect(test.record.counts.connectionsEver == 2_000)
            #expect(test.record.counts.exchangesEver == 6_000)
            // The kernel spreads connections by their addresses: both loops have a fair part.
            #expect(perLoop.value.min()! > 1_500)
            #expect(await eventually { test.record.counts.connections == 0 })
        }
    }

    @Test func `beyond the limit waits until somebody leaves`() async throws {
        try await withServer({ $0.connectionsMax = 10 }, handler: target) { test in
            try await test.client { (eleventh: RawPeer) throws in
                eleventh.close()
                let ten = try (0..<10).map { _ in try RawPeer(port: test.port) }
                for client in ten { #expect(try client.exchange(get("/in")).text == "/in") }
                let last = try RawPeer(port: test.port)
                try last.send(get("/last"))
                for _ in 0..<100 { takeAMoment() }
                #expect(!last.hasInput)
                #expect(test.record.counts.connections == 10)
                #expect(test.record.events.first == .connectionsFull)
                ten[3].close()
                #expect(try last.readAnswer().text == "/last")
            }
        }
    }

    @Test func `is served over a path of this machine`() async throws {
        let path = "/tmp/patchbay-transport-\(getpid()).socket"
        unlink(path)
        defer { unlink(path) }
        let group = try EventLoopGroup(count: 2)
        group.start()
        defer { group.stopAndJoin() }
        let record = ServerRecord()
        let server = HTTPServer(group: group, observer: record.observer, handler: echo)
        let address = try SocketAddress(unixPath: path)
        #expect(try await server.listen(address) == address)
        try await onThreads(20) { number in
            let client = try RawPeer(path: path)
            for round in 0..<10 {
                #expect(try client.exchange(post("/", "\(number) \(round)")).text == "\(number) \(round)")
            }
        }
        await server.shutDown(grace: .seconds(10))
        #expect(record.counts.connections == 0)
        #expect(record.counts.exchangesEver == 200)
    }

    @Test func `that uses up all descriptors is served again when some come back`() async {
        // In a process of its own, because the limit is the process's.
        await #expect(processExitsWith: .success) {
            let observed = ServerRecord()
            let group = try EventLoopGroup(count: 1)
            group.start()
            let server = HTTPServer(group: group, observer: observed.observer, handler: target)
            let port = try await server.listen(SocketAddress(literal: "127.0.0.1", port: 0)).port
            // Sockets that connect are made first; then only a handful of descriptors is left for those that are accepted.
            let waiting = (0..<40).map { _ in socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0) }
            let highest = waiting.max()!
            var limit = rlimit(rlim_cur: rlim_t(highest + 6), rlim_max: rlim_t(highest + 6))
            setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
            try await onThread {
                var clients: [RawPeer] = []
                for descriptor in waiting {
                    var address = loopback(port: port)
                    let status = withUnsafePointer(to: &address) {
                        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                            connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                        }
                    }
                    guard status == 0 else { exit(10) }
                    clients.append(RawPeer(descriptor: descriptor))
                }
                guard eventuallyBlocking({ !observed.events.isEmpty }) else { exit(11) }
                guard case .acceptFailed = observed.events[0] else { exit(12) }
                // Each that is served and leaves makes room for one more: in the end everybody was served.
                for client in clients {
                    guard try client.exchange(get("/served")).text == "/served" else { exit(13) }
                    client.close()
                }
            }
            await server.shutDown(grace: .seconds(10))
            group.stopAndJoin()
            exit(observed.counts.connectionsEver == 40 ? 0 : 14)
        }
    }
}
