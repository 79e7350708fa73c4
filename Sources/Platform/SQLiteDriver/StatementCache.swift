/// The prepared statements that were used last, found by their text; the one not used for longest makes room.
struct StatementCache {
    private let countMax: Int
    private var statements: [String: CachedStatement] = [:]
    private var uses = 0

    init(countMax: Int) {
        self.countMax = countMax
    }

    /// The statement of this text, if it is kept.
    mutating func find(_ text: String) -> CachedStatement? {
        guard let statement = statements[text] else { return nil }
        uses += 1
        statement.lastUse = uses
        return statement
    }

    /// Keeps a statement; the caller still has it, also when the cache keeps nothing.
    mutating func add(_ statement: CachedStatement, text: String) {
        guard countMax > 0 else { return }
        if statements.count >= countMax, let oldest = statements.min(by: { $0.value.lastUse < $1.value.lastUse }) {
            statements[oldest.key] = nil
        }
        uses += 1
        statement.lastUse = uses
        statements[text] = statement
    }
}
