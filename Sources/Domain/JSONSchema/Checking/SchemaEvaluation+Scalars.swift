import JSONCoding

extension SchemaEvaluation {
    @inline(never)
    mutating func isAllowed(_ value: JSONValue, by values: SchemaValues) throws(SchemaDoubt) -> SchemaTruth {
        let isTooLong = (value.stringValue?.utf8.count ?? 0) > values.bytesMax
        if !isTooLong, values.canonical.contains(try canonical(value)) { return .valid }
        note(
            values.allowed.count == 1
                ? "must be \(values.allowed[0].shown), but is \(value.shown)"
                : "must be one of: \(values.allowed.listed(\.shown)), but is \(value.shown)")
        return .invalid
    }

    /// The bytes that say what a value is equal to, paid for by their number.
    mutating func canonical(_ value: JSONValue) throws(SchemaDoubt) -> [UInt8] {
        guard let bytes = CanonicalBytes.of(value, depth: limits.checkDepth) else {
            throw .tooDeep(limit: limits.checkDepth)
        }
        try spend(bytes.count / 64 + 1)
        return bytes
    }

    @inline(never)
    mutating func check(_ number: JSONNumber, _ rules: NumberRules) throws(SchemaDoubt) -> SchemaTruth {
        try spend(number.text.utf8.count / 16 + 1)
        let decimal = ExactDecimal(number)
        var truth = SchemaTruth.valid
        func bound(_ holds: Bool, _ words: String, _ limit: ExactDecimal) {
            guard !holds else { return }
            truth = .invalid
            report?.note("must be \(words) \(limit.shown), but is \(number.text.shortened(to: 40))")
        }
        if let least = rules.least { bound(decimal >= least, "at least", least) }
        if let most = rules.most { bound(decimal <= most, "at most", most) }
        if let above = rules.above { bound(decimal > above, "greater than", above) }
        if let below = rules.below { bound(decimal < below, "less than", below) }
        switch rules.divisor {
        case .known(let divisor, let amount): bound(decimal.isMultiple(of: divisor), "a multiple of", amount)
        case .undecided: truth = min(truth, .open)
        case nil: break
        }
        return truth
    }

    @inline(never)
    mutating func check(_ text: String, _ rules: StringRules) throws(SchemaDoubt) -> SchemaTruth {
        var truth = SchemaTruth.valid
        if rules.lengthLeast != nil || rules.lengthMost != nil {
            try spend(text.utf8.count / 64 + 1)
            let length = text.unicodeScalars.count
            if let least = rules.lengthLeast, length < least {
                truth = .invalid
                note("must have at least \(Counted(least, "character")), but has \(length)")
            }
            if let most = rules.lengthMost, length > most {
                truth = .invalid
                note("must have at most \(Counted(most, "character")), but has \(length)")
            }
        }
        if let pattern = rules.pattern {
            let match = try match(text, pattern)
            if match == .invalid {
                note("must match the pattern \(pattern.text.shortened(to: 80)), but is \(JSONValue.string(text).shown)")
            }
            truth = min(truth, match)
        }
        return truth
    }

    /// Searches a pattern, within the steps that are left.
    @inline(never)
    mutating func match(_ text: String, _ pattern: SchemaPattern) throws(SchemaDoubt) -> SchemaTruth {
        try spend(1)
        guard let program = pattern.pattern else { return .open }
        try spend(program.program.count / 64)
        var match = PatternMatch(program)
        guard let isFound = match.isFound(in: text, visitsMax: stepsLeft * 8) else {
            throw .tooManySteps(limit: limits.steps)
        }
        try spend(min(match.visits / 8, stepsLeft))
        return SchemaTruth(isFound)
    }
}
