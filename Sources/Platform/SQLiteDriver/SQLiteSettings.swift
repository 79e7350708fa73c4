/// Where a database lives.
package enum SQLiteLocation: Sendable, Hashable {
    /// A file; it is made with mode 0600 if it is missing, its folder is not.
    case file(String)
    /// Nowhere: gone when it is closed.
    case memory
}

/// What an acknowledged change survives.
package enum SQLiteDurability: Sendable, Hashable {
    /// The death of this process, kill -9 included: the write-ahead log is with the kernel before the answer
    /// (`synchronous=NORMAL`). When the whole machine loses power the last changes may be gone, the file stays sound.
    case processCrash
    /// The loss of power too: the log is on the disk before the answer (`synchronous=FULL`), one flush per change.
    case powerLoss
}

/// How a database is opened; every bound has its reason here.
package struct SQLiteSettings: Sendable, Hashable {
    /// What an acknowledged change survives.
    package var durability: SQLiteDurability
    /// How long a statement waits for another program (a backup, the command line) that holds the database.
    package var busyTime: Duration
    /// Prepared statements kept for the next use; more statements than this still work, they are prepared again.
    package var statementsMax: Int
    /// The longest value or row, in bytes.
    package var valueBytesMax: Int
    /// The most rows that one `rows` call copies.
    package var rowsMax: Int

    /// Settings for a small store; `durability` has no default because it is a promise.
    package init(
        durability: SQLiteDurability, busyTime: Duration = .seconds(5), statementsMax: Int = 256,
        valueBytesMax: Int = 16 << 20, rowsMax: Int = 100_000
    ) {
        self.durability = durability
        self.busyTime = busyTime
        self.statementsMax = statementsMax
        self.valueBytesMax = valueBytesMax
        self.rowsMax = rowsMax
    }
}
