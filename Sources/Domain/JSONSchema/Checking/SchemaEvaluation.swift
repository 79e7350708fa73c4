import JSONCoding

/// One check under way: a walk through value and schema together, with the steps that are left.
///
/// It runs silently and stops at the first thing that is wrong. Only when the verdict is no does a second walk, with steps of
/// its own, find out what to say: explaining must not make the verdict dearer.
struct SchemaEvaluation {
    let schema: CompiledSchema
    let limits: SchemaLimits
    var stepsLeft: Int
    /// The resources that were entered on the way here, outermost first.
    var scope: [Int] = []
    /// What is wrong so far; nothing during a silent walk.
    var report: SchemaReport?

    init(_ schema: CompiledSchema, limits: SchemaLimits) {
        self.schema = schema
        self.limits = limits
        stepsLeft = limits.steps
    }

    mutating func isInvalid(_ value: JSONValue) throws(SchemaDoubt) -> Bool {
        var marks = SchemaMarks(for: nil)
        return try evaluate(schema.root, value, limits.checkDepth, isMarking: false, &marks) == .invalid
    }

    /// What is wrong with a value that is known to be invalid.
    static func explanation(of value: JSONValue, with schema: CompiledSchema, limits: SchemaLimits) -> [SchemaViolation]
    {
        var evaluation = SchemaEvaluation(schema, limits: limits)
        evaluation.report = SchemaReport()
        // A walk that has no steps left has still found what it has found.
        _ = try? evaluation.isInvalid(value)
        let found = evaluation.report?.violations ?? []
        return found.isEmpty ? [SchemaViolation(path: "", message: "is not as the schema says")] : found
    }

    /// Whether there is no use in looking for more.
    var isSatisfied: Bool { report?.isFull ?? true }

    mutating func spend(_ steps: Int) throws(SchemaDoubt) {
        stepsLeft -= steps
        guard stepsLeft >= 0 else { throw .tooManySteps(limit: limits.steps) }
    }

    mutating func note(_ message: @autoclosure () -> String) {
        report?.note(message())
    }

    /// Checks a member or element against a subschema.
    mutating func child(
        _ index: Int, _ value: JSONValue, at step: @autoclosure () -> SchemaPathStep, _ room: Int
    ) throws(SchemaDoubt) -> SchemaTruth {
        var none = SchemaMarks(for: nil)
        guard report != nil else { return try evaluate(index, value, room, isMarking: false, &none) }
        report?.path.append(step())
        defer { report?.path.removeLast() }
        return try evaluate(index, value, room, isMarking: false, &none)
    }

    /// The same without saying what is wrong with it.
    mutating func silentChild(_ index: Int, _ value: JSONValue, _ room: Int) throws(SchemaDoubt) -> SchemaTruth {
        var none = SchemaMarks(for: nil)
        let kept = report.take()
        defer { report = kept }
        return try evaluate(index, value, room, isMarking: false, &none)
    }

    /// Checks a value against a subschema; `marks` are what has been evaluated of the value, if that is asked for.
    mutating func evaluate(
        _ index: Int, _ value: JSONValue, _ room: Int, isMarking: Bool, _ marks: inout SchemaMarks
    ) throws(SchemaDoubt) -> SchemaTruth {
        guard room > 0 else { throw .tooDeep(limit: limits.checkDepth) }
        try spend(1)
        let node = schema.nodes[index]
        guard !node.rules.isNever else {
            note("is not allowed")
            return .invalid
        }
        let isEntering = scope.last != node.rules.resource
        if isEntering { scope.append(node.rules.resource) }
        defer { if isEntering { scope.removeLast() } }

        guard node.rules.hasUnevaluated else { return try evaluate(node, value, room, isMarking: isMarking, &marks) }
        var own = SchemaMarks(for: value.partsCount)
        try spend(own.steps)
        var truth = try evaluate(node, value, room, isMarking: true, &own)
        if truth == .invalid, isSatisfied { return truth }
        truth = min(truth, try unevaluated(node.rules, value, room, &own))
        if isMarking { marks.formUnion(own) }
        return truth
    }

    private mutating func evaluate(
        _ node: CheckedNode, _ value: JSONValue, _ room: Int, isMarking: Bool, _ marks: inout SchemaMarks
    ) throws(SchemaDoubt) -> SchemaTruth {
        if node.rules.types != .all, !node.rules.types.contains(SchemaTypes(of: value)) {
            note("must be \(node.rules.types.wanted), but is \(value.described)")
            return .invalid
        }
        var truth = SchemaTruth.valid
        for values in node.rules.values {
            truth = min(truth, try isAllowed(value, by: values))
            if truth == .invalid, isSatisfied { return truth }
        }
        switch value {
        case .number(let number):
            if let rules = node.rules.number { truth = min(truth, try check(number, rules)) }
        case .string(let string):
            if let rules = node.rules.string { truth = min(truth, try check(string, rules)) }
        case .array(let elements):
            if let rules = node.rules.array { truth = min(truth, try check(elements, rules, room - 1, &marks)) }
        case .object(let object):
            if let rules = node.rules.object {
                truth = min(truth, try check(object, rules, room - 1, isMarking: isMarking, &marks))
            }
        case .null, .bool: break
        }
        if truth == .invalid, isSatisfied { return truth }
        for applicator in node.rules.applicators {
            truth = min(truth, try apply(applicator, value, room - 1, isMarking: isMarking, &marks))
            if truth == .invalid, isSatisfied { return truth }
        }
        return truth
    }
}

extension JSONValue {
    /// How many members or elements there are to mark.
    fileprivate var partsCount: Int? {
        switch self {
        case .array(let elements): elements.count
        case .object(let object): object.members.count
        case .null, .bool, .number, .string: nil
        }
    }
}
