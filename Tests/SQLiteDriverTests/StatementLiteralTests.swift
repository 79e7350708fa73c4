import SQLDatabase
import Testing

@Suite struct `A statement literal` {
    @Test func `binds what is interpolated and never writes it into the text`() {
        let hostile = "'; DROP TABLE cards; --"
        let statement: SQL = "SELECT * FROM cards WHERE title = \(hostile) AND position > \(3)"
        #expect(statement.text(.sqlite) == "SELECT * FROM cards WHERE title = ?1 AND position > ?2")
        #expect(statement.bindings == [.text(hostile), .integer(3)])
    }

    @Test func `numbers its placeholders for either database`() {
        let statement: SQL = "SELECT \(true), \(nil as String?), \(2.5), \([UInt8]([1, 2]))"
        #expect(statement.text(.postgres) == "SELECT $1, $2, $3, $4")
        #expect(statement.bindings == [.integer(1), .null, .real(2.5), .blob([1, 2])])
    }

    @Test func `takes a fragment with its values`() {
        let condition: SQL = "board = \("a")"
        let statement: SQL = "SELECT \(1) FROM cards WHERE \(condition) LIMIT \(5)"
        #expect(statement.text(.sqlite) == "SELECT ?1 FROM cards WHERE board = ?2 LIMIT ?3")
        #expect(statement.bindings == [.integer(1), .text("a"), .integer(5)])
    }
}

@Suite struct `A row` {
    let row = SQLRow(columns: ["id", "done", "note"], values: [.integer(7), .integer(1), .null])

    @Test func `gives a value as the kind it was stored as`() throws {
        #expect(try row.value("id") == 7)
        #expect(try row.value("done") == true)
        #expect(try row.value("note", as: String?.self) == nil)
    }

    @Test func `converts nothing silently`() {
        #expect(throws: SQLError.wrongKind(column: "id", found: "an integer")) { try row.value("id", as: String.self) }
        #expect(throws: SQLError.wrongKind(column: "id", found: "an integer")) { try row.value("id", as: Bool.self) }
        #expect(throws: SQLError.wrongKind(column: "note", found: "NULL")) { try row.value("note", as: String.self) }
        #expect(throws: SQLError.wrongKind(column: "id", found: "an integer")) { try row.value("id", as: Double?.self) }
    }

    @Test func `names a column that is not there`() {
        #expect(throws: SQLError.noSuchColumn("titel")) { try row.value("titel", as: String.self) }
    }
}
