import JSONCoding

// MARK: Arrays

extension SchemaEvaluation {
    mutating func check(
        _ elements: [JSONValue], _ rules: ArrayRules, _ room: Int, _ marks: inout SchemaMarks
    ) throws(SchemaDoubt) -> SchemaTruth {
        var truth = SchemaTruth.valid
        if let least = rules.countLeast, elements.count < least {
            truth = .invalid
            note("must have at least \(Counted(least, "item")), but has \(elements.count)")
        }
        if let most = rules.countMost, elements.count > most {
            truth = .invalid
            note("must have at most \(Counted(most, "item")), but has \(elements.count)")
        }
        for (index, element) in elements.enumerated() {
            guard let node = index < rules.first.count ? rules.first[index] : rules.rest else { break }
            if truth == .invalid, isSatisfied { return truth }
            truth = min(truth, try child(node, element, at: .index(index), room))
            marks.mark(index)
        }
        if rules.isUnique, truth != .invalid || !isSatisfied {
            truth = min(truth, try isUnique(elements))
        }
        if let contains = rules.contains, truth != .invalid || !isSatisfied {
            truth = min(truth, try check(elements, contains, room, &marks))
        }
        return truth
    }

    @inline(never)
    private mutating func isUnique(_ elements: [JSONValue]) throws(SchemaDoubt) -> SchemaTruth {
        var seen: [[UInt8]: Int] = [:]
        for (index, element) in elements.enumerated() {
            try spend(1)
            if let first = seen.updateValue(index, forKey: try canonical(element)) {
                note("must not have an item twice, but [\(first)] and [\(index)] are equal")
                return .invalid
            }
        }
        return .valid
    }

    private mutating func check(
        _ elements: [JSONValue], _ rules: ArrayRules.Contains, _ room: Int, _ marks: inout SchemaMarks
    ) throws(SchemaDoubt) -> SchemaTruth {
        var (sure, open) = (0, 0)
        for (index, element) in elements.enumerated() {
            let truth = try silentChild(rules.node, element, room)
            if truth == .valid { sure += 1 } else if truth == .open { open += 1 }
            if truth != .invalid, rules.evaluates { marks.mark(index) }
        }
        if sure + open < rules.least {
            note("must contain at least \(Counted(rules.least, "matching item")), but has \(sure)")
            return .invalid
        }
        if let most = rules.most, sure > most {
            note("must contain at most \(Counted(most, "matching item")), but has \(sure)")
            return .invalid
        }
        let isSure = sure >= rules.least && sure + open <= rules.most ?? .max
        return isSure ? .valid : .open
    }
}

// MARK: Objects

extension SchemaEvaluation {
    /// Each member is checked, also one whose name stands twice: readers differ on which of them they take.
    mutating func check(
        _ object: JSONObject, _ rules: ObjectRules, _ room: Int, isMarking: Bool, _ marks: inout SchemaMarks
    ) throws(SchemaDoubt) -> SchemaTruth {
        let rows = rules.required.count + rules.dependentRequired.count + rules.dependentSchemas.count
        try spend(rows / 8 + rules.names.count / 64)
        var truth = SchemaTruth.valid
        var isSeen = [Bool](repeating: false, count: rules.names.count)
        for (index, member) in object.members.enumerated() {
            try spend(1)
            let slot = rules.slots.isEmpty ? nil : rules.slots[ByteName(member.name)]
            if let slot { isSeen[slot] = true }
            truth = min(truth, try check(member, index, slot, rules, room, &marks))
            if truth == .invalid, isSatisfied { return truth }
        }
        if let least = rules.countLeast, object.members.count < least {
            truth = .invalid
            note("must have at least \(Counted(least, "field")), but has \(object.members.count)")
        }
        if let most = rules.countMost, object.members.count > most {
            truth = .invalid
            note("must have at most \(Counted(most, "field")), but has \(object.members.count)")
        }
        for slot in rules.required where !isSeen[slot] {
            truth = .invalid
            missing(rules.names[slot], "is required")
            if isSatisfied { return truth }
        }
        for (slot, needs) in rules.dependentRequired where isSeen[slot] {
            try spend(needs.count / 8 + 1)
            for need in needs where !isSeen[need] {
                truth = .invalid
                missing(rules.names[need], "is required when \(rules.names[slot].shortened(to: 40)) is given")
            }
        }
        for (slot, node) in rules.dependentSchemas where isSeen[slot] {
            if truth == .invalid, isSatisfied { return truth }
            truth = min(truth, try branch(node, .object(object), room, isMarking: isMarking, &marks))
        }
        return truth
    }

    @inline(never)
    private mutating func missing(_ name: String, _ message: String) {
        report?.path.append(.name(name))
        report?.note(message)
        report?.path.removeLast()
    }

    private mutating func check(
        _ member: JSONObject.Member, _ index: Int, _ slot: Int?, _ rules: ObjectRules, _ room: Int,
        _ marks: inout SchemaMarks
    ) throws(SchemaDoubt) -> SchemaTruth {
        var truth = SchemaTruth.valid
        var isKnown = false
        if let node = rules.propertyNames {
            let isName = try silentChild(node, .string(member.name), room)
            if isName == .invalid { missing(member.name, "is not an allowed name") }
            truth = isName
        }
        if let slot, let node = rules.properties[slot] {
            isKnown = true
            truth = min(truth, try child(node, member.value, at: .name(member.name), room))
        }
        for (pattern, node) in rules.patterns {
            switch try match(member.name, pattern) {
            case .invalid: continue
            case .open: isKnown = true
            case .valid:
                isKnown = true
                truth = min(truth, try child(node, member.value, at: .name(member.name), room))
            }
        }
        if !isKnown, let node = rules.additional {
            isKnown = true
            if schema.nodes[node].rules.isNever {
                truth = .invalid
                let known = rules.known.listed { $0.shortened(to: 40) }
                missing(member.name, known.isEmpty ? "is not allowed" : "is not allowed; known here: \(known)")
            } else {
                truth = min(truth, try child(node, member.value, at: .name(member.name), room))
            }
        }
        if isKnown { marks.mark(index) }
        return truth
    }

    /// What `unevaluatedItems` and `unevaluatedProperties` say about the parts that nothing has looked at.
    mutating func unevaluated(
        _ node: SchemaNode, _ value: JSONValue, _ room: Int, _ marks: inout SchemaMarks
    ) throws(SchemaDoubt) -> SchemaTruth {
        var truth = SchemaTruth.valid
        if let inner = node.unevaluatedItems, let elements = value.arrayValue {
            for (index, element) in elements.enumerated() where !marks.has(index) {
                try spend(1)
                truth = min(truth, try child(inner, element, at: .index(index), room - 1))
                if truth == .invalid, isSatisfied { return truth }
            }
            marks.markAll()
        }
        if let inner = node.unevaluatedProperties, let members = value.objectValue?.members {
            for (index, member) in members.enumerated() where !marks.has(index) {
                try spend(1)
                truth = min(truth, try child(inner, member.value, at: .name(member.name), room - 1))
                if truth == .invalid, isSatisfied { return truth }
            }
            marks.markAll()
        }
        return truth
    }
}
