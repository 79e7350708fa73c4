/// A value as a database stores it.
package enum SQLValue: Sendable, Hashable {
    case null
    case integer(Int64)
    case real(Double)
    case text(String)
    case blob([UInt8])

    /// What the value is called in an error.
    package var kind: String {
        switch self {
        case .null: "NULL"
        case .integer: "an integer"
        case .real: "a real number"
        case .text: "text"
        case .blob: "bytes"
        }
    }
}

/// A Swift value that goes into a statement and comes out of a row without loss.
package protocol SQLConvertible {
    /// The value as it is bound.
    var sqlValue: SQLValue { get }

    /// Reads a stored value; `nil` when it is of another kind or out of range.
    init?(sqlValue: SQLValue)
}

extension SQLValue: SQLConvertible {
    /// The value itself.
    package var sqlValue: SQLValue { self }

    /// Takes any value.
    package init?(sqlValue: SQLValue) {
        self = sqlValue
    }
}

extension Int64: SQLConvertible {
    /// An integer.
    package var sqlValue: SQLValue { .integer(self) }

    /// Reads an integer only; a real number or digits in text are not taken for one.
    package init?(sqlValue: SQLValue) {
        guard case .integer(let value) = sqlValue else { return nil }
        self = value
    }
}

extension Int: SQLConvertible {
    /// An integer.
    package var sqlValue: SQLValue { .integer(Int64(self)) }

    /// Reads an integer that fits this machine's word.
    package init?(sqlValue: SQLValue) {
        guard case .integer(let value) = sqlValue else { return nil }
        self.init(exactly: value)
    }
}

extension Bool: SQLConvertible {
    /// 1 or 0.
    package var sqlValue: SQLValue { .integer(self ? 1 : 0) }

    /// Reads 1 or 0 and refuses other integers.
    package init?(sqlValue: SQLValue) {
        switch sqlValue {
        case .integer(1): self = true
        case .integer(0): self = false
        case .null, .integer, .real, .text, .blob: return nil
        }
    }
}

extension Double: SQLConvertible {
    /// A real number; not-a-number is stored as NULL by SQLite, so it must not be asked back as `Double`.
    package var sqlValue: SQLValue { .real(self) }

    /// Reads a real number only.
    package init?(sqlValue: SQLValue) {
        guard case .real(let value) = sqlValue else { return nil }
        self = value
    }
}

extension String: SQLConvertible {
    /// Text.
    package var sqlValue: SQLValue { .text(self) }

    /// Reads text only.
    package init?(sqlValue: SQLValue) {
        guard case .text(let value) = sqlValue else { return nil }
        self = value
    }
}

extension [UInt8]: SQLConvertible {
    /// Bytes.
    package var sqlValue: SQLValue { .blob(self) }

    /// Reads bytes only.
    package init?(sqlValue: SQLValue) {
        guard case .blob(let value) = sqlValue else { return nil }
        self = value
    }
}

extension Optional: SQLConvertible where Wrapped: SQLConvertible {
    /// The wrapped value, or NULL.
    package var sqlValue: SQLValue { self?.sqlValue ?? .null }

    /// Reads NULL as `nil`; a value of the wrong kind still fails.
    package init?(sqlValue: SQLValue) {
        if case .null = sqlValue {
            self = .none
            return
        }
        guard let value = Wrapped(sqlValue: sqlValue) else { return nil }
        self = .some(value)
    }
}
