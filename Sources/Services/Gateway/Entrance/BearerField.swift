import HTTPMessages
import HTTPTransport

/// What the head of a request says about a token, with what was made of it.
///
/// A token in the address counts for nothing: OAuth 2.1 section 5.1 took that way out, because addresses end up in logs.
enum BearerField<Value> {
    /// There is none; another scheme is none either, and the answer says which one is wanted.
    case absent
    case token(Value)
    /// There are several, which one reader takes the first of and another the last.
    case repeated

    /// Lends the token, which is all that stands behind the scheme. Inlined, so that what the body uses is not counted for it.
    @inline(__always)
    init(_ exchange: HTTPExchange, _ body: (Span<UInt8>) -> Value) {
        let found = exchange.head.fields.withSingle(.authorization) { field -> Value? in
            BearerScheme.end(in: field).map { body(field.extracting($0..<field.count)) }
        }
        switch found {
        case .absent, .once(nil): self = .absent
        case .once(let value?): self = .token(value)
        case .repeated: self = .repeated
        }
    }
}

/// `Bearer` in a field, in whatever case, with the blanks behind it (RFC 9110 section 11.1).
private enum BearerScheme {
    /// Where the token begins; blanks around a value are cut, so a scheme by itself has an empty one.
    static func end(in field: Span<UInt8>) -> Int? {
        guard field.count >= 6, field[0] | 0x20 == UInt8(ascii: "b"), field[1] | 0x20 == UInt8(ascii: "e"),
            field[2] | 0x20 == UInt8(ascii: "a"), field[3] | 0x20 == UInt8(ascii: "r"),
            field[4] | 0x20 == UInt8(ascii: "e"), field[5] | 0x20 == UInt8(ascii: "r")
        else { return nil }
        guard field.count > 6 else { return 6 }
        guard field[6] == 0x20 else { return nil }
        var index = 7
        while index < field.count, field[index] == 0x20 { index += 1 }
        return index
    }
}
