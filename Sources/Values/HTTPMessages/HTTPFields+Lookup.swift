extension HTTPFields {
    /// The first value of this name as text; bytes that are not UTF-8 become replacement characters.
    package func first(_ name: FieldName) -> String? {
        firstEntry(name).map { String(decoding: bytes[$0.value], as: UTF8.self) }
    }

    /// The first value of this name as it came.
    package func firstBytes(_ name: FieldName) -> [UInt8]? {
        firstEntry(name).map { Array(bytes[$0.value]) }
    }

    /// All values of this name as text, in order.
    package func values(_ name: FieldName) -> [String] {
        var found: [String] = []
        var index = index(of: name)
        while index >= 0 {
            found.append(String(decoding: bytes[entry(index).value], as: UTF8.self))
            index = self.index(of: name, from: index &+ 1)
        }
        return found
    }

    /// How often this name stands there.
    package func count(_ name: FieldName) -> Int {
        var count = 0
        var index = index(of: name)
        while index >= 0 {
            count &+= 1
            index = self.index(of: name, from: index &+ 1)
        }
        return count
    }

    /// Whether this name stands there.
    package func contains(_ name: FieldName) -> Bool {
        index(of: name) >= 0
    }

    /// Lends the first value of this name without copying it; `nil` when there is none.
    @inlinable
    package func withFirst<Result>(_ name: FieldName, _ body: (Span<UInt8>) -> Result) -> Result? {
        let place = firstPlace(of: name)
        return place.count >= 0 ? body(bytes.span.extracting(place.range)) : nil
    }

    /// Whether this name stands there exactly once with this value; `ignoringCase` folds ASCII letters of both.
    package func valueEquals(_ name: FieldName, _ literal: StaticString, ignoringCase: Bool = false) -> Bool {
        let place = singlePlace(of: name)
        return place.count >= 0
            && ByteComparison.equal(bytes.span.extracting(place.range), literal, ignoringCase: ignoringCase)
    }

    /// Whether the comma-separated values of this name have the token, in whatever case; parameters are not part of it.
    package func listContains(_ name: FieldName, _ token: StaticString) -> Bool {
        var index = index(of: name)
        while index >= 0 {
            if TokenList.contains(bytes.span.extracting(entry(index).value), token) { return true }
            index = self.index(of: name, from: index &+ 1)
        }
        return false
    }

    /// Lends each field in order: name as it was spelled, value without the blanks around it.
    package func forEach(_ body: (_ name: Span<UInt8>, _ value: Span<UInt8>) -> Void) {
        let span = bytes.span
        for index in 0..<count {
            let entry = entry(index)
            body(span.extracting(entry.name), span.extracting(entry.value))
        }
    }

    /// The first value of a name that is only known at run time, in whatever case.
    package func firstBytes(named name: Span<UInt8>) -> [UInt8]? {
        let span = bytes.span
        for index in 0..<count {
            let entry = entry(index)
            guard Int(entry.nameCount) == name.count else { continue }
            let stored = span.extracting(entry.name)
            var equal = true
            for index in name.indices where ByteSyntax.lowerCased(stored[index]) != ByteSyntax.lowerCased(name[index]) {
                equal = false
                break
            }
            if equal { return Array(bytes[entry.value]) }
        }
        return nil
    }

    @inline(__always)
    func isNamed(_ entry: Entry, _ name: FieldName) -> Bool {
        Int(entry.nameCount) == name.count && name.equals(bytes.span, at: Int(entry.nameStart), count: name.count)
    }

    @inline(__always)
    private func firstEntry(_ name: FieldName) -> Entry? {
        let index = index(of: name)
        return index < 0 ? nil : entry(index)
    }
}

extension HTTPFields: Equatable {
    /// Equal when names (in any case) and values are the same in the same order.
    @usableFromInline
    package static func == (left: HTTPFields, right: HTTPFields) -> Bool {
        guard left.count == right.count else { return false }
        for index in 0..<left.count {
            let one = left.entry(index)
            let other = right.entry(index)
            guard left.bytes[one.value] == right.bytes[other.value] else { return false }
            let names = zip(left.bytes[one.name], right.bytes[other.name])
            guard one.nameCount == other.nameCount,
                names.allSatisfy({ ByteSyntax.lowerCased($0) == ByteSyntax.lowerCased($1) })
            else { return false }
        }
        return true
    }
}

extension HTTPFields: CustomDebugStringConvertible {
    /// Names only: a value may be a credential.
    @usableFromInline
    package var debugDescription: String {
        (0..<count).map { String(decoding: bytes[entry($0).name], as: UTF8.self) }.joined(separator: ", ")
    }
}
