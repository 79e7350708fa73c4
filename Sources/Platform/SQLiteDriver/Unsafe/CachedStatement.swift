import CSQLite
import SQLDatabase

/// A prepared statement that is finalized with its last owner.
///
/// Proof for the pointer: it comes from `sqlite3_prepare_v3`, this value alone has it, and `deinit` finalizes it once.
private struct PreparedStatement: ~Copyable {
    let pointer: OpaquePointer

    deinit {
        sqlite3_finalize(pointer)
    }
}

/// A prepared statement as the cache keeps it; a class because a dictionary cannot hold a value that is not copyable.
///
/// Not `Sendable`: it never leaves the connection that prepared it, and that connection never leaves its lock.
final class CachedStatement {
    private let statement: PreparedStatement
    private let columns: [String]
    /// When it was last used, counted by the cache.
    var lastUse = 0

    init(_ text: String, _ handle: OpaquePointer, path: String) throws(SQLError) {
        var text = text
        var pointer: OpaquePointer?
        // The length includes the closing zero, as the manual recommends; a zero inside ends the statement early, and
        // literals of this program have none.
        let (code, hasTail) = text.withUTF8 { utf8 in
            utf8.withMemoryRebound(to: CChar.self) { bytes in
                var tail: UnsafePointer<CChar>?
                let code = sqlite3_prepare_v3(
                    handle, bytes.baseAddress, Int32(clamping: bytes.count), UInt32(SQLITE_PREPARE_PERSISTENT),
                    &pointer, &tail)
                guard let tail, let start = bytes.baseAddress else { return (code, false) }
                return (code, bytes[(tail - start)...].contains { $0 != 32 && $0 != 10 && $0 != 9 })
            }
        }
        guard code == SQLITE_OK else { throw SQLError(code: code, handle: handle, path: path) }
        guard let pointer else { throw .statement(detail: "there is no statement in it") }
        statement = PreparedStatement(pointer: pointer)
        columns = (0..<sqlite3_column_count(pointer)).map { index in
            sqlite3_column_name(pointer, index).map { String(cString: $0) } ?? ""
        }
        guard !hasTail else { throw .statement(detail: "there is more than one statement in it") }
    }

    /// Gives every placeholder its value; SQLite copies them.
    func bind(_ values: [SQLValue], _ handle: OpaquePointer, path: String) throws(SQLError) {
        let expected = Int(sqlite3_bind_parameter_count(statement.pointer))
        guard values.count == expected else {
            throw .statement(detail: "\(expected) placeholders, \(values.count) values")
        }
        var number: Int32 = 0
        for value in values {
            number += 1
            let code = bind(value, number: number)
            guard code == SQLITE_OK else { throw SQLError(code: code, handle: handle, path: path) }
        }
    }

    /// Goes to the next row; `false` at the end.
    func step(_ handle: OpaquePointer, path: String) throws(SQLError) -> Bool {
        let code = sqlite3_step(statement.pointer)
        switch code {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default: throw SQLError(code: code, handle: handle, path: path)
        }
    }

    /// Copies the row on which the statement stands.
    func row() -> SQLRow {
        SQLRow(columns: columns, values: columns.indices.map { column(Int32($0)) })
    }

    /// Ends the run and forgets the values, so that no lock and no secret stays with an idle statement.
    func reset() {
        sqlite3_reset(statement.pointer)
        sqlite3_clear_bindings(statement.pointer)
    }

    private func bind(_ value: SQLValue, number: Int32) -> Int32 {
        // SQLITE_TRANSIENT, which the importer does not know: "copy it before you return".
        let copies = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        switch value {
        case .null:
            return sqlite3_bind_null(statement.pointer, number)
        case .integer(let integer):
            return sqlite3_bind_int64(statement.pointer, number, integer)
        case .real(let real):
            return sqlite3_bind_double(statement.pointer, number, real)
        case .text(var text):
            return text.withUTF8 { utf8 in
                utf8.withMemoryRebound(to: CChar.self) { bytes in
                    // An empty buffer may have no address, and no address would bind NULL.
                    guard let start = bytes.baseAddress else {
                        return sqlite3_bind_text64(
                            statement.pointer, number, "", 0, copies, UInt8(SQLITE_UTF8))
                    }
                    return sqlite3_bind_text64(
                        statement.pointer, number, start, UInt64(bytes.count), copies, UInt8(SQLITE_UTF8))
                }
            }
        case .blob(let bytes):
            return bytes.withUnsafeBytes { buffer in
                guard let start = buffer.baseAddress, !buffer.isEmpty else {
                    return sqlite3_bind_zeroblob(statement.pointer, number, 0)
                }
                return sqlite3_bind_blob64(statement.pointer, number, start, UInt64(buffer.count), copies)
            }
        }
    }

    private func column(_ index: Int32) -> SQLValue {
        switch sqlite3_column_type(statement.pointer, index) {
        case SQLITE_INTEGER:
            return .integer(sqlite3_column_int64(statement.pointer, index))
        case SQLITE_FLOAT:
            return .real(sqlite3_column_double(statement.pointer, index))
        case SQLITE_TEXT:
            // The pointer is asked for first and the count after it, as the manual says; both hold until the next step.
            guard let start = sqlite3_column_text(statement.pointer, index) else { return .text("") }
            let count = Int(sqlite3_column_bytes(statement.pointer, index))
            return .text(String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self))
        case SQLITE_BLOB:
            guard let start = sqlite3_column_blob(statement.pointer, index) else { return .blob([]) }
            let count = Int(sqlite3_column_bytes(statement.pointer, index))
            return .blob([UInt8](UnsafeRawBufferPointer(start: start, count: count)))
        default:
            return .null
        }
    }
}
