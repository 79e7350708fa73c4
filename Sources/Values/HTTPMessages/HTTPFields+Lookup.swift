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
        for index in 0..<count {
            let entry = entry(index)
            guard isNamed(entry, name) else { continue }
            found.append(String(decoding: bytes[entry.value], as: UTF8.self))
        }
        return found
    }

    /// How often this name stands there.
    package func count(_ name: FieldName) -> Int {
        var count = 0
        for index in 0..<self.count where isNamed(entry(index), name) { count &+= 1 }
        return count
    }

    /// Whether this name stands there.
    package func contains(_ name: FieldName) -> Bool {
        firstEntry(name) != nil
    }

    /// Lends the first value of this name without copying it; `nil` when there is none.
    package func withFirst<Result>(_ name: FieldName, _ body: (Span<UInt8>) -> Result) -> Result? {
        guard let entry = firstEntry(name) else { return nil }
        return body(bytes.span.extracting(entry.value))
    }

    /// Whether this name stands there exactly once with this value; `ignoringCase` folds ASCII letters of both.
    package func valueEquals(_ name: FieldName, _ literal: StaticString, ignoringCase: Bool = false) -> Bool {
        var matches = 0
        for index in 0..<count {
            let entry = entry(index)
            guard isNamed(entry, name) else { continue }
            guard matches == 0, matchesValue(entry, literal, ignoringCase: ignoringCase) else { return false }
            matches = 1
        }
        return matches == 1
    }

    /// Whether the comma-separated values of this name have the token, in whatever case; parameters are not part of it.
    package func listContains(_ name: FieldName, _ token: StaticString) -> Bool {
        for index in 0..<count {
            let entry = entry(index)
            guard isNamed(entry, name) else { continue }
            let value = bytes.span.extracting(entry.value)
            if TokenList.contains(value, token) { return true }
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
        let span = bytes.span
        for index in 0..<count {
            let entry = entry(index)
            guard Int(entry.nameCount) == name.count else { continue }
            if name.equals(span, at: Int(entry.nameStart), count: name.count) { return entry }
        }
        return nil
    }

    private func matchesValue(_ entry: Entry, _ literal: StaticString, ignoringCase: Bool) -> Bool {
        let value = bytes.span.extracting(entry.value)
        return ByteComparison.equal(value, literal, ignoringCase: ignoringCase)
    }
}

extension HTTPFields: Equatable {
    /// Equal when names (in any case) and values are the same in the same order.
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
    package var debugDescription: String {
        (0..<count).map { String(decoding: bytes[entry($0).name], as: UTF8.self) }.joined(separator: ", ")
    }
}
