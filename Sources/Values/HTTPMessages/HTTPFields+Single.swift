/// What a message says under a name that may stand once.
package enum HTTPSingle<Value> {
    /// No field of this name.
    case absent
    /// One field, and what was made of its value.
    case once(Value)
    /// Several fields, which a reader of the first and a reader of the last understand differently.
    case repeated
}

extension HTTPSingle: Equatable where Value: Equatable {}

extension HTTPFields {
    /// Lends the value of a name that may stand once, in one pass and without copying it.
    package func withSingle<Value>(_ name: FieldName, _ body: (Span<UInt8>) -> Value) -> HTTPSingle<Value> {
        var found = -1
        for index in 0..<count where isNamed(entry(index), name) {
            guard found < 0 else { return .repeated }
            found = index
        }
        guard found >= 0 else { return .absent }
        return .once(body(bytes.span.extracting(entry(found).value)))
    }
}
