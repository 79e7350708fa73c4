import JSONCoding

extension SchemaCompilation {
    @inline(never)
    mutating func addValues(_ words: SchemaWords, to node: inout SchemaNode) throws(SchemaFault) {
        if let value = words[.type] { node.types = try types(value, at: places.place("type", under: words.place)) }
        if let value = words[.enum] {
            let place = places.place("enum", under: words.place)
            guard let elements = value.arrayValue else { throw wrong(place, "an array of the allowed values") }
            node.values.append(try values(elements, at: place))
        }
        if let value = words[.const] {
            node.values.append(try values([value], at: places.place("const", under: words.place)))
        }
    }

    private mutating func types(_ value: JSONValue, at place: Int) throws(SchemaFault) -> SchemaTypes {
        let expected =
            "one of \(SchemaTypes.named.map { "\"\($0.name)\"" }.joined(separator: ", ")), or an array of them"
        var types: SchemaTypes = []
        for element in value.arrayValue ?? [value] {
            guard let name = element.stringValue, let type = SchemaTypes(named: name) else {
                throw wrong(place, expected)
            }
            types.formUnion(type)
        }
        guard !types.isEmpty else { throw wrong(place, expected) }
        return types
    }

    private mutating func values(_ allowed: [JSONValue], at place: Int) throws(SchemaFault) -> SchemaValues {
        var canonical: Set<[UInt8]> = []
        for value in allowed {
            guard let bytes = CanonicalBytes.of(value, depth: limits.depth) else {
                throw .tooDeep(place: places.pointer(place), limit: limits.depth)
            }
            canonical.insert(bytes)
        }
        return SchemaValues(
            allowed: allowed, canonical: canonical, bytesMax: canonical.reduce(0) { max($0, $1.count) })
    }

    @inline(never)
    mutating func numberRules(_ words: SchemaWords) throws(SchemaFault) -> NumberRules? {
        var rules = NumberRules()
        rules.least = try decimal(.minimum, words)
        rules.most = try decimal(.maximum, words)
        rules.above = try decimal(.exclusiveMinimum, words)
        rules.below = try decimal(.exclusiveMaximum, words)
        if let decimal = try decimal(.multipleOf, words) {
            let place = places.place("multipleOf", under: words.place)
            guard !decimal.isZero, !decimal.isNegative else { throw wrong(place, "a number above 0") }
            if let divisor = ExactDivisor(decimal) {
                rules.divisor = .known(divisor, decimal)
            } else {
                rules.divisor = .undecided
                remark(.undecidedDivisor(digitsMax: ExactDivisor.digitsMax), at: place)
            }
        }
        return rules.isEmpty ? nil : rules
    }

    private mutating func decimal(_ word: SchemaWord, _ words: SchemaWords) throws(SchemaFault) -> ExactDecimal? {
        guard let value = words[word] else { return nil }
        guard let number = value.numberValue else {
            throw wrong(places.place(word.rawValue, under: words.place), "a number")
        }
        return ExactDecimal(number)
    }

    @inline(never)
    mutating func stringRules(_ words: SchemaWords) throws(SchemaFault) -> StringRules? {
        var rules = StringRules()
        rules.lengthLeast = try count(.minLength, words)
        rules.lengthMost = try count(.maxLength, words)
        if let value = words[.pattern] {
            let place = places.place("pattern", under: words.place)
            guard let text = value.stringValue else { throw wrong(place, "a string with a regular expression") }
            rules.pattern = pattern(text, at: place)
        }
        return rules.isEmpty ? nil : rules
    }

    /// A pattern that cannot be decided is remarked on and kept, because it may be right for other readers.
    @inline(never)
    mutating func pattern(_ text: String, at place: Int) -> SchemaPattern {
        do throws(PatternDoubt) {
            let pattern = try Pattern(
                text, bytesMax: limits.patternBytes,
                instructionsMax: min(limits.patternInstructions, patternInstructionsLeft))
            patternInstructionsLeft -= pattern.program.count
            return SchemaPattern(text: text, pattern: pattern)
        } catch {
            remark(.undecidedPattern(text, error), at: place)
            return SchemaPattern(text: text, pattern: nil)
        }
    }
}
