import Reactor
import Testing

@Suite struct `A timer heap` {
    @Test func `is empty at first`() {
        var heap = TimerHeap<Int>()
        #expect(heap.count == 0)
        #expect(heap.nextDue == nil)
        #expect(heap.popDue(now: .max) == nil)
    }

    @Test func `gives an entry at its time and not before`() {
        var heap = TimerHeap<String>()
        _ = heap.insert(due: 10, "ten")
        #expect(heap.popDue(now: 9) == nil)
        #expect(heap.popDue(now: 10) == "ten")
        #expect(heap.count == 0)
    }

    @Test func `ignores a ticket that was used`() {
        var heap = TimerHeap<String>()
        let old = heap.insert(due: 1, "old")
        #expect(heap.remove(old) == "old")
        let new = heap.insert(due: 1, "new")
        #expect(heap.remove(old) == nil)
        #expect(heap.count == 1)
        #expect(heap.remove(new) == "new")
    }

    @Test func `lets go of a removed payload`() {
        final class Payload {}
        var heap = TimerHeap<Payload>()
        weak var seen: Payload?
        let ticket: TimerHeap<Payload>.Ticket
        do {
            let payload = Payload()
            seen = payload
            ticket = heap.insert(due: 1, payload)
        }
        #expect(seen != nil)
        heap.remove(ticket)
        #expect(seen == nil)
    }

    @Test(arguments: UInt64(1)...24) func `agrees with a sorted list over random sequences`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var heap = TimerHeap<Int>()
        var model: [(due: UInt64, payload: Int)] = []
        var tickets: [Int: TimerHeap<Int>.Ticket] = [:]
        var used: [TimerHeap<Int>.Ticket] = []
        // Few distinct times, so that equal ones are common.
        let times = UInt64.random(in: 2...200, using: &random)

        for payload in 0..<2_000 {
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<5:
                let due = UInt64.random(in: 0..<times, using: &random)
                tickets[payload] = heap.insert(due: due, payload)
                model.append((due, payload))
            case 5..<7:
                guard let victim = model.randomElement(using: &random), let ticket = tickets[victim.payload] else {
                    continue
                }
                #expect(heap.remove(ticket) == victim.payload)
                model.removeAll { $0.payload == victim.payload }
                used.append(ticket)
            case 7:
                guard let ticket = used.randomElement(using: &random) else { continue }
                #expect(heap.remove(ticket) == nil)
            default:
                let now = UInt64.random(in: 0..<times, using: &random)
                let earliest = model.map(\.due).min()
                let popped = heap.popDue(now: now)
                guard let earliest, earliest <= now else {
                    #expect(popped == nil)
                    continue
                }
                let position = model.firstIndex { $0.payload == popped }
                guard let position else {
                    Issue.record("\(String(describing: popped)) was not in the heap")
                    return
                }
                #expect(model[position].due == earliest)
                if let ticket = tickets[model[position].payload] { used.append(ticket) }
                model.remove(at: position)
            }
            #expect(heap.count == model.count)
            #expect(heap.nextDue == model.map(\.due).min())
        }
        var drained: [UInt64] = []
        while let due = heap.nextDue, heap.popDue(now: .max) != nil { drained.append(due) }
        #expect(drained == model.map(\.due).sorted())
    }
}
