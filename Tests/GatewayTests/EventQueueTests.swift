import Testing

@testable import Gateway

@Suite struct `The events of a call` {
    private let never: @Sendable () async -> Bool = {
        // Ends with the reader's task group.
        while !Task.isCancelled { try? await Task.sleep(for: .seconds(3600)) }
        return true
    }

    private func queue(_ events: [Int], bytesMax: Int = 1_000_000) -> EventQueue<Int> {
        let queue = EventQueue<Int>(bytesMax: bytesMax)
        for event in events { queue.append(event, weight: 10, mayDrop: true) }
        return queue
    }

    private func read(_ queue: EventQueue<Int>, after number: Int, forget: Bool = false) async -> [Int] {
        let reader = queue.attach()
        var last = number
        var events: [Int] = []
        while case .event(let number, let event) = await queue.next(
            after: last, reader: reader, forget: forget, pause: { false })
        {
            last = number
            events.append(event)
        }
        return events
    }

    @Test func `have numbers from one on without gaps`() async {
        let queue = queue([7, 8, 9])
        #expect(queue.last == 3)
        let reader = queue.attach()
        guard
            case .event(let number, let event) = await queue.next(after: 1, reader: reader, forget: false, pause: never)
        else {
            Issue.record("no event")
            return
        }
        #expect(number == 2)
        #expect(event == 8)
    }

    @Test(arguments: [(0, [1, 2, 3]), (2, [3]), (3, []), (-5, [1, 2, 3])])
    func `are read from behind any number`(after: Int, expected: [Int]) async {
        #expect(await read(queue([1, 2, 3]), after: after) == expected)
    }

    /// A client may claim to have seen anything: the id of an event is its own affair.
    @Test(arguments: [4, 1 << 56, Int.max])
    func `survive a reader who claims to have seen more than there is`(after: Int) async {
        let queue = queue([1, 2, 3])
        #expect(await read(queue, after: after, forget: true) == [])
        #expect(queue.last == 3)
        queue.append(4, weight: 1, mayDrop: true)
        #expect(await read(queue, after: 3) == [4])
    }

    @Test func `that were forgotten are not read again, and numbers go on`() async {
        let queue = queue([1, 2, 3])
        _ = await read(queue, after: 2, forget: true)
        #expect(await read(queue, after: 0) == [])
        queue.append(4, weight: 10, mayDrop: true)
        #expect(await read(queue, after: 0) == [4])
        #expect(queue.last == 4)
    }

    @Test func `stay when they may be asked for again`() async {
        let queue = queue([1, 2, 3])
        #expect(await read(queue, after: 0) == [1, 2, 3])
        #expect(await read(queue, after: 0) == [1, 2, 3])
    }

    @Test func `end with the last one`() async {
        let queue = queue([1])
        queue.append(2, weight: 1, mayDrop: false, isLast: true)
        queue.append(3, weight: 1, mayDrop: false)
        #expect(queue.isFinished)
        #expect(await read(queue, after: 0) == [1, 2])
        guard case .over = await queue.next(after: 2, reader: queue.attach(), forget: false, pause: never) else {
            Issue.record("the queue is not over")
            return
        }
    }

    @Test func `are dropped beyond the limit, but never those that must arrive`() async {
        let queue = EventQueue<Int>(bytesMax: EventQueue<Int>.overheadBytes * 2 + 20)
        queue.append(1, weight: 10, mayDrop: true)
        queue.append(2, weight: 10, mayDrop: true)
        queue.append(3, weight: 1, mayDrop: true)
        queue.append(4, weight: 10, mayDrop: false)
        #expect(await read(queue, after: 0) == [1, 2, 4])
    }

    /// What a client has heard is kept for its return only as long as there is room for what is new.
    @Test func `that were read make room for new ones`() async {
        let queue = EventQueue<Int>(bytesMax: (EventQueue<Int>.overheadBytes + 10) * 3)
        for event in 1...3 { queue.append(event, weight: 10, mayDrop: true) }
        #expect(await read(queue, after: 0) == [1, 2, 3])
        for event in 4...5 { queue.append(event, weight: 10, mayDrop: true) }
        #expect(await read(queue, after: 3) == [4, 5])
    }

    @Test func `cost room also when they are empty`() async {
        let queue = EventQueue<Int>(bytesMax: EventQueue<Int>.overheadBytes * 10)
        for event in 0..<1_000 { queue.append(event, weight: 0, mayDrop: true) }
        #expect(queue.last == 10)
    }

    @Test func `wake the reader who waits`() async {
        let queue = queue([])
        let reader = queue.attach()
        async let step = queue.next(after: 0, reader: reader, forget: true, pause: never)
        await Task.yield()
        queue.append(5, weight: 1, mayDrop: true)
        guard case .event(1, 5) = await step else {
            Issue.record("the reader was not woken")
            return
        }
    }

    @Test func `go on with the newest reader, and the one before is told`() async {
        let queue = queue([])
        let first = queue.attach()
        async let step = queue.next(after: 0, reader: first, forget: true, pause: never)
        await Task.yield()
        let second = queue.attach()
        guard case .takenOver = await step else {
            Issue.record("the first reader still reads")
            return
        }
        queue.append(5, weight: 1, mayDrop: true)
        guard case .takenOver = await queue.next(after: 0, reader: first, forget: true, pause: never) else {
            Issue.record("the first reader reads again")
            return
        }
        guard case .event(1, 5) = await queue.next(after: 0, reader: second, forget: true, pause: never) else {
            Issue.record("the second reader hears nothing")
            return
        }
    }

    @Test func `leave a cancelled reader at once`() async {
        let queue = queue([])
        let reader = queue.attach()
        let task = Task { [never] in await queue.next(after: 0, reader: reader, forget: true, pause: never) }
        await Task.yield()
        task.cancel()
        guard case .cancelled = await task.value else {
            Issue.record("the reader was not cancelled")
            return
        }
    }

    @Test func `end a reader whose client is gone, and tell of silence`() async {
        let queue = queue([])
        guard case .cancelled = await queue.next(after: 0, reader: queue.attach(), forget: true, pause: { false })
        else {
            Issue.record("goes on without a client")
            return
        }
        guard case .idle = await queue.next(after: 0, reader: queue.attach(), forget: true, pause: { true }) else {
            Issue.record("is not idle")
            return
        }
    }

    @Test func `reach one reader of many exactly once, whoever comes and goes`() async {
        let queue = EventQueue<Int>(bytesMax: 1 << 30)
        let count = 2_000
        let seen = Box<[Int]>([])
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                for event in 1...count {
                    queue.append(event, weight: 1, mayDrop: false, isLast: event == count)
                    if event % 50 == 0 { await Task.yield() }
                }
            }
            // Readers take over from each other, each where the one before it stopped.
            let place = Box(0)
            for _ in 0..<8 {
                group.addTask { [never] in
                    let reader = queue.attach()
                    while true {
                        let last = place.value
                        switch await queue.next(after: last, reader: reader, forget: true, pause: never) {
                        case .event(let number, let event):
                            let isNew = place.change { place in
                                guard place == number - 1 else { return false }
                                place = number
                                return true
                            }
                            if isNew { seen.change { $0.append(event) } }
                        case .takenOver, .over, .cancelled: return
                        case .idle: continue
                        }
                    }
                }
            }
        }
        #expect(seen.value == Array(1...count))
    }

    @Test func `are taken in a time that does not grow with how many wait`() async {
        let queue = EventQueue<Int>(bytesMax: 1 << 30)
        let count = 200_000
        for event in 0..<count { queue.append(event, weight: 1, mayDrop: false, isLast: event == count - 1) }
        // With one move of all that wait for each event this would be 20,000,000,000 moves.
        #expect(await read(queue, after: 0, forget: true).count == count)
    }
}
