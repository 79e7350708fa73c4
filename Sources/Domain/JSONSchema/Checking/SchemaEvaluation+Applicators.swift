import JSONCoding

extension SchemaEvaluation {
    /// Checks the same value against another subschema, and takes over what that has evaluated unless it failed.
    mutating func branch(
        _ index: Int, _ value: JSONValue, _ room: Int, isMarking: Bool, _ marks: inout SchemaMarks
    ) throws(SchemaDoubt) -> SchemaTruth {
        guard isMarking else { return try evaluate(index, value, room, isMarking: false, &marks) }
        try spend(marks.steps)
        var own = marks
        let truth = try evaluate(index, value, room, isMarking: true, &own)
        if truth != .invalid { marks = own }
        return truth
    }

    mutating func apply(
        _ applicator: SchemaApplicator, _ value: JSONValue, _ room: Int, isMarking: Bool, _ marks: inout SchemaMarks
    ) throws(SchemaDoubt) -> SchemaTruth {
        switch applicator {
        case .reference(let node): return try branch(node, value, room, isMarking: isMarking, &marks)
        case .dynamicReference(let node, let anchor):
            return try branch(target(node, anchor), value, room, isMarking: isMarking, &marks)
        case .all(let nodes):
            var truth = SchemaTruth.valid
            for node in nodes {
                truth = min(truth, try branch(node, value, room, isMarking: isMarking, &marks))
                if truth == .invalid, isSatisfied { return truth }
            }
            return truth
        case .any(let nodes): return try any(nodes, value, room, isMarking: isMarking, &marks)
        case .one(let nodes): return try one(nodes, value, room, isMarking: isMarking, &marks)
        case .not(let node):
            let truth = try silentChild(node, value, room)
            if truth == .valid { note("must not be as it is: the schema forbids it (not)") }
            return truth.negated
        case .condition(let node, let then, let otherwise):
            return try condition(node, then, otherwise, value, room, isMarking: isMarking, &marks)
        // The compiler lets none be reached.
        case .unresolved: return .open
        }
    }

    /// 2020-12 core 8.2.3.2: the outermost bearer of the anchor, if the reference finds a bearer to begin with.
    private func target(_ node: Int, _ anchor: ByteName?) -> Int {
        guard let anchor else { return node }
        for resource in scope {
            if let outermost = schema.dynamicAnchors[resource][anchor] { return outermost }
        }
        return node
    }

    @inline(never)
    private mutating func any(
        _ nodes: [Int], _ value: JSONValue, _ room: Int, isMarking: Bool, _ marks: inout SchemaMarks
    ) throws(SchemaDoubt) -> SchemaTruth {
        var truth = SchemaTruth.invalid
        for node in nodes {
            truth = max(truth, try silentBranch(node, value, room, isMarking: isMarking, &marks))
            if truth == .valid, !isMarking { return truth }
        }
        if truth == .invalid { try explain(nodes, value, room) }
        return truth
    }

    @inline(never)
    private mutating func one(
        _ nodes: [Int], _ value: JSONValue, _ room: Int, isMarking: Bool, _ marks: inout SchemaMarks
    ) throws(SchemaDoubt) -> SchemaTruth {
        var (sure, open) = (0, 0)
        for node in nodes {
            let truth = try silentBranch(node, value, room, isMarking: isMarking, &marks)
            if truth == .valid { sure += 1 } else if truth == .open { open += 1 }
            if sure > 1, report == nil { return .invalid }
        }
        if sure > 1 {
            note("must have exactly one of \(nodes.count) forms, but has \(sure) of them")
            return .invalid
        }
        if sure + open == 0 {
            try explain(nodes, value, room)
            return .invalid
        }
        return open == 0 ? .valid : .open
    }

    private mutating func silentBranch(
        _ node: Int, _ value: JSONValue, _ room: Int, isMarking: Bool, _ marks: inout SchemaMarks
    ) throws(SchemaDoubt) -> SchemaTruth {
        let kept = report.take()
        defer { report = kept }
        return try branch(node, value, room, isMarking: isMarking, &marks)
    }

    @inline(never)
    private mutating func condition(
        _ node: Int, _ then: Int?, _ otherwise: Int?, _ value: JSONValue, _ room: Int, isMarking: Bool,
        _ marks: inout SchemaMarks
    ) throws(SchemaDoubt) -> SchemaTruth {
        func outcome(_ node: Int?, _ evaluation: inout SchemaEvaluation) throws(SchemaDoubt) -> SchemaTruth {
            guard let node else { return .valid }
            return try evaluation.branch(node, value, room, isMarking: isMarking, &marks)
        }
        switch try silentBranch(node, value, room, isMarking: isMarking, &marks) {
        case .valid: return try outcome(then, &self)
        case .invalid: return try outcome(otherwise, &self)
        case .open:
            let kept = report.take()
            defer { report = kept }
            let (one, other) = (try outcome(then, &self), try outcome(otherwise, &self))
            return one == other ? one : .open
        }
    }

    /// Says what is wrong with a value that has none of several forms: by the types if no form has its type, by the one form
    /// that has, or by the form that fits best.
    @inline(never)
    private mutating func explain(_ nodes: [Int], _ value: JSONValue, _ room: Int) throws(SchemaDoubt) {
        guard let report, !report.isFull else { return }
        let type = SchemaTypes(of: value)
        let sorts = nodes.map { types(of: $0) }
        let candidates = nodes.indices.filter { sorts[$0].contains(type) }.map { nodes[$0] }
        if candidates.isEmpty {
            let wanted = sorts.reduce(into: SchemaTypes()) { $0.formUnion($1) }
            note("must be \(wanted.wanted), but is \(value.described)")
            return
        }
        var best: SchemaReport?
        for node in candidates {
            var none = SchemaMarks(for: nil)
            self.report = SchemaReport(path: report.path)
            _ = try? evaluate(node, value, room, isMarking: false, &none)
            let found = self.report ?? SchemaReport()
            if best.map({ found.isCloser(than: $0) }) ?? true { best = found }
        }
        self.report = report
        if candidates.count > 1 { note("has none of the \(nodes.count) allowed forms; for the closest one:") }
        for violation in best?.violations ?? [] { self.report?.add(violation) }
    }

    /// The types that a subschema allows, as far as they stand in it or in what it refers to.
    private func types(of index: Int) -> SchemaTypes {
        var node = schema.nodes[index].rules
        var types = node.types
        for _ in 0..<8 {
            guard case .reference(let target)? = node.applicators.first else { break }
            node = schema.nodes[target].rules
            types.formIntersection(node.types)
        }
        return node.isNever ? [] : types
    }
}
