/// What a driver does for the body of a transaction; nobody else calls it.
package protocol SQLDriverConnection: AnyObject {
    /// Runs a statement to its end and returns how many rows it changed.
    func execute(_ sql: SQL) throws(SQLError) -> Int
    /// Copies all rows of an answer.
    func rows(_ sql: SQL) throws(SQLError) -> [SQLRow]
    /// Copies the first row of an answer.
    func row(_ sql: SQL) throws(SQLError) -> SQLRow?
}

/// What the body of a transaction says its statements to; it cannot be copied, so it does not outlive the transaction.
package struct SQLConnection: ~Copyable {
    private let driver: any SQLDriverConnection

    /// Lends a driver's connection to one transaction.
    package init(_ driver: any SQLDriverConnection) {
        self.driver = driver
    }

    /// Runs a statement to its end and returns how many rows it changed.
    @discardableResult
    package mutating func execute(_ sql: SQL) throws(SQLError) -> Int {
        try driver.execute(sql)
    }

    /// Copies all rows of an answer; more than the driver's limit is an error, not a shorter list.
    package mutating func rows(_ sql: SQL) throws(SQLError) -> [SQLRow] {
        try driver.rows(sql)
    }

    /// Copies the first row of an answer.
    package mutating func row(_ sql: SQL) throws(SQLError) -> SQLRow? {
        try driver.row(sql)
    }
}
