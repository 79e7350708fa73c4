import Reactor
import Testing

@Suite(.timeLimit(.minutes(1))) struct `A name resolver` {
    private func withResolver(
        threads: Int = 1, _ body: (NameResolver, BlockingLane) async throws -> Void
    ) async throws {
        let lane = BlockingLane(threads: threads, queueMax: 2_000)
        // An hour, so that a slow machine forgets nothing by itself in the middle of a test.
        try await body(NameResolver(lane: lane, hold: .seconds(3600)), lane)
        lane.shutDown()
    }

    @Test func `takes literals without asking anybody`() async throws {
        try await withResolver { resolver, _ in
            let v4 = try await resolver.addresses(of: "192.0.2.1", port: 80)
            #expect(v4.map(\.description) == ["192.0.2.1:80"])
            let v6 = try await resolver.addresses(of: "2001:db8::1", port: 80)
            #expect(v6.map(\.description) == ["[2001:db8::1]:80"])
            #expect(resolver.lookUps == 0)
        }
    }

    @Test func `finds localhost, once for many questions`() async throws {
        try await withResolver { resolver, _ in
            let first = try await resolver.addresses(of: "localhost", port: 8_080)
            #expect(!first.isEmpty && first.count <= NameResolver.addressesMax)
            #expect(first.allSatisfy { $0.isLoopback && $0.port == 8_080 })
            #expect(Set(first).count == first.count)
            for _ in 0..<10 { #expect(try await resolver.addresses(of: "localhost", port: 8_080) == first) }
            #expect(resolver.lookUps == 1)
            _ = try await resolver.addresses(of: "localhost", port: 8_081)
            #expect(resolver.lookUps == 2)
        }
    }

    @Test func `asks once for those who ask together`() async throws {
        try await withResolver { resolver, lane in
            let gate = Box(false)
            let entered = Signal()
            let busy = Task {
                try await lane.run {
                    entered.send()
                    while !gate.value {}
                }
            }
            await entered.wait()
            try await withLoop { loop in
                let questions = (0..<50).map { _ in
                    loop.runTask { (try? await resolver.addresses(of: "localhost", port: 1)) ?? [] }
                }
                await loop.settle()
                gate.change { $0 = true }
                for question in questions { #expect(await !question.value.isEmpty) }
                #expect(resolver.lookUps == 1)
            }
            try await busy.value
        }
    }

    // `.invalid` never exists (RFC 6761 §6.4); without a network the answer is another one, and no address all the same.
    @Test func `says that a name has no address`() async throws {
        try await withResolver { resolver, _ in
            let error = await failure { _ = try await resolver.addresses(of: "patchbay.invalid", port: 80) }
            guard case .nameUnknown(name: "patchbay.invalid", let detail) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(!detail.isEmpty)
        }
    }

    @Test(arguments: [
        "", "local\u{0}host", "localhost\u{0}", String(repeating: "a", count: NameResolver.nameBytesMax + 1),
    ])
    func `refuses what is no name`(name: String) async throws {
        try await withResolver { resolver, _ in
            #expect(
                await failure { _ = try await resolver.addresses(of: name, port: 1) }
                    == .nameUnknown(name: name, detail: "not a name"))
            #expect(resolver.lookUps == 0)
        }
    }

    @Test func `hands a name of the longest length to the system`() async throws {
        try await withResolver { resolver, _ in
            let longest = String(repeating: "a", count: NameResolver.nameBytesMax)
            let error = await failure { _ = try await resolver.addresses(of: longest, port: 1) }
            #expect(error != .nameUnknown(name: longest, detail: "not a name"))
            #expect(resolver.lookUps == 1)
        }
    }

    @Test func `lets a cancelled caller go, and remembers the answer all the same`() async throws {
        try await withResolver { resolver, lane in
            let gate = Box(false)
            let entered = Signal()
            let busy = Task {
                try await lane.run {
                    entered.send()
                    while !gate.value {}
                }
            }
            await entered.wait()
            try await withLoop { loop in
                let caller = loop.runTask {
                    await failure { _ = try await resolver.addresses(of: "localhost", port: 1) }
                }
                await loop.settle()
                caller.cancel()
                #expect(await caller.value == .cancelled)
            }
            gate.change { $0 = true }
            try await busy.value
            #expect(try await !resolver.addresses(of: "localhost", port: 1).isEmpty)
            #expect(resolver.lookUps == 1)
        }
    }

    @Test func `passes on that the lane is full or closed`() async throws {
        let lane = BlockingLane(threads: 1, queueMax: 0)
        let resolver = NameResolver(lane: lane)
        #expect(await failure { _ = try await resolver.addresses(of: "localhost", port: 1) } == .laneFull)
        lane.shutDown()
        #expect(await failure { _ = try await resolver.addresses(of: "localhost", port: 1) } == .shuttingDown)
    }

    @Test func `remembers as many names as it may, and starts again with one more`() async throws {
        try await withResolver { resolver, _ in
            // Old spellings of 127.0.0.0/8 that only the system's resolver reads: look-ups without a network.
            for number in 0..<NameResolver.namesMax {
                _ = try await resolver.addresses(of: "127.\(number)", port: 1)
            }
            #expect(resolver.lookUps == NameResolver.namesMax)
            _ = try await resolver.addresses(of: "127.0", port: 1)
            #expect(resolver.lookUps == NameResolver.namesMax)
            _ = try await resolver.addresses(of: "127.\(NameResolver.namesMax)", port: 1)
            _ = try await resolver.addresses(of: "127.0", port: 1)
            #expect(resolver.lookUps == NameResolver.namesMax + 2)
        }
    }
}
