import Synchronization

/// Numbered events that wait for a reader, who may be away and come back.
///
/// A class, because writers and readers meet in it on any loop.
///
/// Invariants:
/// 1. Numbers begin at one and have no gaps; an event that is dropped never had a number.
/// 2. One reader at a time is woken; a second one takes over.
/// 3. What waits has a limit of bytes; beyond it droppable events are dropped, the others not.
final class EventQueue<Event: Sendable>: Sendable {
    private struct State {
        var events: [(event: Event, weight: Int)] = []
        /// The number of `events[0]`.
        var first = 1
        var weight = 0
        var isFinished = false
        /// Counts readers, so that one that was taken over knows.
        var readerNumber = 0
        var reader: CheckedContinuation<Void, Never>?
    }

    private let bytesMax: Int
    private let state = Mutex(State())

    init(bytesMax: Int) {
        self.bytesMax = bytesMax
    }

    var isFinished: Bool { state.withLock { $0.isFinished } }

    /// The number of the newest event; zero if there was none.
    var last: Int { state.withLock { $0.first + $0.events.count - 1 } }

    /// Adds an event of about so many bytes; the last one ends the queue.
    func append(_ event: Event, weight: Int, mayDrop: Bool, isLast: Bool = false) {
        let reader = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard !state.isFinished else { return nil }
            if mayDrop, state.weight + weight > bytesMax { return nil }
            if isLast { state.isFinished = true }
            state.events.append((event, weight))
            state.weight += weight
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
            if forget {
                while state.first <= number, !state.events.isEmpty {
                    state.weight -= state.events.removeFirst().weight
                    state.first += 1
                }
            }
            let index = max(number + 1, state.first) - state.first
            if index < state.events.count { return .event(state.first + index, state.events[index].event) }
            return state.isFinished ? .over : nil
        }
    }

    private func untilEvent(after number: Int, _ reader: Int) async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if state.first + state.events.count > number + 1 || state.isFinished || state.readerNumber != reader
                        || Task.isCancelled
                    {
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
