/// A binary heap of deadlines whose entries can be removed in O(log n), so cancelled timers do not pile up.
///
/// Invariants:
/// 1. `heap[slots[i].position]` is slot `i` for every slot in use.
/// 2. No entry is due before its parent.
/// 3. A ticket is good for one scheduling: slots are used again with a new generation.
package struct TimerHeap<Payload> {
    /// Names one scheduled entry; stale tickets do nothing.
    package struct Ticket: Sendable, Hashable {
        var slot: Int32
        var generation: UInt32
    }

    private struct Slot {
        var position: Int32
        var generation: UInt32
        var payload: Payload?
    }

    private struct Entry {
        var due: UInt64
        var slot: Int32
    }

    private var slots: [Slot] = []
    private var unused: [Int32] = []
    private var heap: [Entry] = []

    /// An empty heap.
    package init() {}

    /// How many entries wait.
    package var count: Int { heap.count }

    /// The earliest deadline, in nanoseconds of the loop's clock.
    package var nextDue: UInt64? { heap.first?.due }

    /// Adds an entry and returns the ticket that removes it.
    package mutating func insert(due: UInt64, _ payload: Payload) -> Ticket {
        let slot: Int32
        if let reused = unused.popLast() {
            slot = reused
            slots[Int(slot)].payload = payload
        } else {
            slot = Int32(slots.count)
            slots.append(Slot(position: 0, generation: 0, payload: payload))
        }
        heap.append(Entry(due: due, slot: slot))
        slots[Int(slot)].position = Int32(heap.count - 1)
        siftUp(heap.count - 1)
        return Ticket(slot: slot, generation: slots[Int(slot)].generation)
    }

    /// Removes an entry; returns its payload, or `nil` if the ticket is stale.
    @discardableResult
    package mutating func remove(_ ticket: Ticket) -> Payload? {
        guard Int(ticket.slot) < slots.count, slots[Int(ticket.slot)].generation == ticket.generation,
            slots[Int(ticket.slot)].payload != nil
        else { return nil }
        return removeEntry(at: Int(slots[Int(ticket.slot)].position))
    }

    /// Removes and returns the earliest entry if it is due.
    package mutating func popDue(now: UInt64) -> Payload? {
        guard let first = heap.first, first.due <= now else { return nil }
        return removeEntry(at: 0)
    }

    private mutating func removeEntry(at position: Int) -> Payload? {
        let slot = Int(heap[position].slot)
        let payload = slots[slot].payload
        slots[slot].payload = nil
        slots[slot].generation &+= 1
        unused.append(Int32(slot))
        let last = heap.removeLast()
        if position < heap.count {
            heap[position] = last
            slots[Int(last.slot)].position = Int32(position)
            siftDown(position)
            siftUp(Int(slots[Int(last.slot)].position))
        }
        return payload
    }

    private mutating func siftUp(_ start: Int) {
        var child = start
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child].due < heap[parent].due else { return }
            exchange(child, parent)
            child = parent
        }
    }

    private mutating func siftDown(_ start: Int) {
        var parent = start
        while true {
            var smallest = parent
            let left = 2 * parent + 1
            if left < heap.count && heap[left].due < heap[smallest].due { smallest = left }
            if left + 1 < heap.count && heap[left + 1].due < heap[smallest].due { smallest = left + 1 }
            if smallest == parent { return }
            exchange(parent, smallest)
            parent = smallest
        }
    }

    private mutating func exchange(_ first: Int, _ second: Int) {
        heap.swapAt(first, second)
        slots[Int(heap[first].slot)].position = Int32(first)
        slots[Int(heap[second].slot)].position = Int32(second)
    }
}
