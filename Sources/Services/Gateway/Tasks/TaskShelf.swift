import JSONCoding

/// The tasks that a session has begun: what `tasks/list` shows, and the results of calls that were over before they became a
/// task anywhere. What is not on it any more is not lost, only not listed; a held result is.
struct TaskShelf: Sendable {
    /// A session lists so many; the oldest goes.
    static let tasksMax = 200

    struct Entry: Sendable {
        /// Counts the tasks of the session, for pages.
        let number: Int
        /// What the client calls it.
        let id: String
        /// The whole task in neutral form with its result, if it is ours.
        let held: JSONObject?
        let weight: Int
    }

    private(set) var entries: [Entry] = []
    private var last = 0
    private var weight = 0

    /// Adds a task; held results go when they are together larger than `bytesMax`, the oldest first and never the new one.
    mutating func add(_ id: String, held: JSONObject?, bytesMax: Int) {
        last += 1
        let entry = Entry(
            number: last, id: id, held: held, weight: held.map { JSONWriter.bytes(of: .object($0)).count } ?? 0)
        entries.append(entry)
        weight += entry.weight
        if entries.count > Self.tasksMax { remove(at: 0) }
        while weight > bytesMax, let oldest = entries.dropLast().firstIndex(where: { $0.weight > 0 }) {
            remove(at: oldest)
        }
    }

    mutating func remove(_ id: String) {
        if let index = entries.firstIndex(where: { $0.id == id }) { remove(at: index) }
    }

    private mutating func remove(at index: Int) {
        weight -= entries.remove(at: index).weight
    }

    func held(_ id: String) -> JSONObject? { entries.first { $0.id == id }?.held }

    /// The first tasks after that number.
    func page(after number: Int, count: Int) -> (entries: [Entry], hasMore: Bool) {
        let rest = entries.filter { $0.number > number }
        return (Array(rest.prefix(count)), rest.count > count)
    }
}
