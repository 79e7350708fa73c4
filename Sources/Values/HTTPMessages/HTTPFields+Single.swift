/// What a message says under a name that may stand once.
@usableFromInline
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
    /// Lends the value of a name that may stand once, without copying it.
    @inlinable
    package func withSingle<Value>(_ name: FieldName, _ body: (Span<UInt8>) -> Value) -> HTTPSingle<Value> {
        let place = singlePlace(of: name)
        if place.count >= 0 { return .once(body(bytes.span.extracting(place.range))) }
        return place == .none ? .absent : .repeated
    }

    /// Where the value of a name stands that may stand once.
    @usableFromInline
    func singlePlace(of name: FieldName) -> Place {
        let index = index(of: name)
        if index < 0 { return .none }
        if mayStandTwice(name), self.index(of: name, from: index &+ 1) >= 0 { return .several }
        return Place(entry(index).value)
    }

    /// Where the first value of a name stands.
    @usableFromInline
    func firstPlace(of name: FieldName) -> Place {
        let index = index(of: name)
        return index < 0 ? .none : Place(entry(index).value)
    }

    /// A range of bytes, or none.
    @usableFromInline
    struct Place: Equatable {
        @usableFromInline
        let start: Int
        /// Negative when there is no range.
        @usableFromInline
        let count: Int

        init(_ range: Range<Int>) {
            start = range.lowerBound
            count = range.count
        }

        private init(withoutRange count: Int) {
            start = 0
            self.count = count
        }

        @usableFromInline
        static var none: Place { Place(withoutRange: -1) }
        static var several: Place { Place(withoutRange: -2) }

        @inlinable
        var range: Range<Int> { start..<(start + count) }
    }
}
