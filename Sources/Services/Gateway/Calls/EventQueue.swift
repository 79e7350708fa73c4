import Synchronization

/// Numbered events that wait for a reader, who may be away and come back.
///
/// A class, because writers and readers meet in it on any loop.
///
/// Invariants:
/// 1. Numbers begin at one and have no gaps; an event that is dropped never had a number.
/// 2. One reader at a time is woken; a second one takes over.
/// 3. What is kept has a limit of bytes. Beyond it what was read goes first, then droppable events are dropped; the others not.
final class EventQueue<Event: Sendable>: Sendable {
    /// What an event costs besides its bytes, so that many small ones have a limit too.
    static var overheadBytes: Int { 128 }

    private struct State {
        /// What is kept lies from `head` on; the places before it are empty.
        var places: [(event: Event, weight: Int)?] = []
        var head = 0
        /// The number of the first event that is kept.
        var first = 1
        var weight = 0
        /// Up to where the reader has come.
        var readTo = 0
        var isFinished = false
        /// Counts readers, so that one that was taken over knows.
        var readerNumber = 0
        var reader: CheckedContinuation<Void, Never>?

        var count: Int { places.count - head }
        var last: Int { first + count - 1 }

        mutating func add(_ event: Event, _ weight: Int) {
            places.append((event, weight))
            self.weight += weight
        }

        /// Drops the oldest. Places are cleared out when half of them are empty, so that each event is moved a few times only.
        mutating func dropFirst() {
            weight -= places[head]?.weight ?? 0
            places[head] = nil
            head += 1
            first += 1
            if head >= 64, head * 2 >= places.count {
                places.removeFirst(head)
                head = 0
            }
        }
    }

    private let bytesMax: Int
    private let state = Mutex(State())

    init(bytesMax: Int) {
        self.bytesMax = bytesMax
    }

    var isFinished: Bool { state.withLock { $0.isFinished } }

    /// The number of the newest event; zero if there was none.
    var last: Int { state.withLock { $0.last } }

    /// About how many bytes are kept.
    var bytes: Int { state.withLock { $0.weight } }

    /// Where a reader begins who says that it has seen everything up to a number: at the beginning if it cannot have.
    func place(_ claimed: Int) -> Int { (0...last).contains(claimed) ? claimed : 0 }

    /// Adds an event of about so many bytes; the last one ends the queue.
    func append(_ event: Event, weight: Int, mayDrop: Bool, isLast: Bool = false) {
        let weight = weight + Self.overheadBytes
        let reader = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard !state.isFinished else { return nil }
            while state.weight + weight > bytesMax, state.count > 0, state.first <= state.readTo { state.dropFirst() }
            if mayDrop, state.weight + weight > bytesMax { return nil }
            if isLast { state.isFinished = true }
            state.add(event, weight)
            defer { state.reader = nil }
            return state.reader
        }
        reader?.resume()
    }

    /// Ends the queue without another event.
    func finish() {
        let reader = state.withLock { state in
            state.isFinished = true
            defer { state.reader = nil }
            return state.reader
        }
        reader?.resume()
    }

    /// What reading once brings.
    enum Step: Sendable {
        case event(Int, Event)
        /// Nothing came for a while.
        case idle
        /// The reader is to end: its client is gone, or the server stops.
        case cancelled
        /// Another reader goes on with it.
        case takenOver
        /// There is nothing after that number, and there will be nothing.
        case over
    }

    /// A reader begins; the one before is told to end.
    func attach() -> Int {
        let (number, reader) = state.withLock { state in
            state.readerNumber += 1
            defer { state.reader = nil }
            return (state.readerNumber, state.reader)
        }
        reader?.resume()
        return number
    }

    /// The event after `number`, for a reader; with `forget`, those up to it are dropped, as nobody will ask for them again.
    ///
    /// `pause` waits as long as the reader wants to hear nothing, and says whether the reader goes on after that.
    func next(
        after number: Int, reader: Int, forget: Bool, pause: @escaping @Sendable () async -> Bool
    ) async -> Step {
        if let step = take(after: number, reader, forget: forget) { return step }
        let goesOn = await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                await self.untilEvent(after: number, reader)
                return true
            }
            group.addTask { await pause() }
            let first = await group.next() ?? false
            group.cancelAll()
            return first
        }
        if Task.isCancelled { return .cancelled }
        return take(after: number, reader, forget: forget) ?? (goesOn ? .idle : .cancelled)
    }

    private func take(after number: Int, _ reader: Int, forget: Bool) -> Step? {
        state.withLock { state in
            guard state.readerNumber == reader else { return .takenOver }
            // A number is what a client says, and may be any.
            let number = min(max(number, 0), state.last)
            state.readTo = number
            if forget {
                while state.first <= number, state.count > 0 { state.dropFirst() }
            }
            let index = max(number + 1 - state.first, 0)
            if index < state.count, let place = state.places[state.head + index] {
                return .event(state.first + index, place.event)
            }
            return state.isFinished ? .over : nil
        }
    }

    private func untilEvent(after number: Int, _ reader: Int) async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if state.last > number || state.isFinished || state.readerNumber != reader || Task.isCancelled {
                        return true
                    }
                    state.reader = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            let waiting = state.withLock { state -> CheckedContinuation<Void, Never>? in
                guard state.readerNumber == reader else { return nil }
                defer { state.reader = nil }
                return state.reader
            }
            waiting?.resume()
        }
    }
}
