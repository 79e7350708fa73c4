import JSONCoding

/// Translates the nodes that a check can reach into their quick forms; loses what it does not know to `open`.
struct QuickSchemaBuilder {
    private let source: [SchemaNode]
    /// The quick node of a node; one that is being made has an index and is not finished.
    private var indices: [Int: Int] = [:]
    private var isFinished: [Bool] = []
    private(set) var nodes: [QuickNode] = []
    private(set) var strings: [QuickString] = []
    private(set) var numbers: [QuickNumber] = []
    private(set) var arrays: [QuickArray] = []
    private(set) var objects: [QuickObject] = []
    private(set) var members: [Int] = []
    private(set) var names = QuickNames()
    /// The builder recurses for each subschema in another one; what is deeper is open.
    private var room = 128

    init(_ source: [SchemaNode]) {
        self.source = source
    }

    mutating func node(_ index: Int) -> Int {
        if let known = indices[index] { return known }
        let own = nodes.count
        indices[index] = own
        nodes.append(.undecided)
        isFinished.append(false)
        if room > 0 {
            room -= 1
            nodes[own] = translation(of: source[index])
            room += 1
        }
        isFinished[own] = true
        return own
    }

    /// The node of a subschema that applies to the same value; undecided in a circle of references.
    private mutating func sameValue(_ index: Int) -> QuickNode {
        let node = node(index)
        return isFinished[node] ? nodes[node] : .undecided
    }

    private mutating func translation(of node: SchemaNode) -> QuickNode {
        if node.isNever { return QuickNode(types: []) }
        var quick = QuickNode(types: node.types)
        if let number = node.number { addNumber(number, to: &quick) }
        if let array = node.array { addArray(array, to: &quick) }
        if let object = node.object { addObject(object, to: &quick) }
        addString(node, to: &quick)
        if node.unevaluatedItems != nil { quick.open.insert(.array) }
        if node.unevaluatedProperties != nil { quick.open.insert(.object) }
        guard !node.applicators.isEmpty else { return quick }
        guard node.applicators.count == 1, quick.isPlain, let applied = applied(node.applicators[0]) else {
            return QuickNode(types: quick.types, open: .all)
        }
        return applied.restricted(to: quick.types)
    }

    private mutating func applied(_ applicator: SchemaApplicator) -> QuickNode? {
        switch applicator {
        case .reference(let index): sameValue(index)
        case .all(let indices) where indices.count == 1: sameValue(indices[0])
        case .any(let indices), .one(let indices): union(indices)
        case .all, .not, .condition, .dynamicReference, .unresolved: nil
        }
    }

    /// Of forms with different types the type decides; a type that two forms allow is open.
    private mutating func union(_ indices: [Int]) -> QuickNode {
        var sum = QuickNode(types: [])
        for index in indices {
            let form = sameValue(index)
            sum.open.formUnion(form.open.intersection(form.types).union(sum.types.intersection(form.types)))
            // A number is one word on the wire: whether it is whole is only seen with the rules of both.
            if !sum.types.isDisjoint(with: .number), !form.types.isDisjoint(with: .number) {
                sum.open.formUnion(.number)
            }
            sum.types.formUnion(form.types)
            if form.types.contains(.string) { sum.string = form.string }
            if !form.types.isDisjoint(with: .number) { sum.number = form.number }
            if form.types.contains(.array) { sum.array = form.array }
            if form.types.contains(.object) { sum.object = form.object }
        }
        return sum
    }

    private mutating func addString(_ node: SchemaNode, to quick: inout QuickNode) {
        var rule = QuickString()
        if let values = node.values.first {
            let types = values.allowed.reduce(into: SchemaTypes()) { $0.formUnion(SchemaTypes(of: $1)) }
            quick.types.formIntersection(types)
            if node.values.count > 1 { quick.open = .all }
            quick.open.formUnion(types.subtracting([.string, .null]))
            let texts = Set(values.allowed.compactMap(\.stringValue).map(ByteName.init)).map(\.text)
            rule.names = names.add(texts)
        }
        if let string = node.string {
            if string.pattern != nil { quick.open.insert(.string) }
            rule.lengthLeast = string.lengthLeast ?? 0
            rule.lengthMost = string.lengthMost ?? .max
        }
        guard rule.names != nil || node.string != nil else { return }
        quick.string = Int32(strings.count)
        strings.append(rule)
    }

    private mutating func addNumber(_ rules: NumberRules, to quick: inout QuickNode) {
        var rule = QuickNumber()
        let bounds = [rules.least, rules.most, rules.above, rules.below].compactMap(\.self)
        guard rules.divisor == nil, bounds.allSatisfy({ $0.smallInteger != nil }) else {
            quick.open.formUnion(.number)
            return
        }
        // A bound that is not included is one further for whole numbers, and only those are compared.
        if let least = rules.least?.smallInteger { rule.least = max(rule.least, least) }
        if let above = rules.above?.smallInteger { rule.least = max(rule.least, above + 1) }
        if let most = rules.most?.smallInteger { rule.most = min(rule.most, most) }
        if let below = rules.below?.smallInteger { rule.most = min(rule.most, below - 1) }
        quick.number = Int32(numbers.count)
        numbers.append(rule)
    }

    private mutating func addArray(_ rules: ArrayRules, to quick: inout QuickNode) {
        guard rules.first.isEmpty, rules.contains == nil, !rules.isUnique else {
            quick.open.insert(.array)
            return
        }
        let rule = QuickArray(
            element: child(rules.rest), countLeast: rules.countLeast ?? 0, countMost: rules.countMost ?? .max)
        quick.array = Int32(arrays.count)
        arrays.append(rule)
    }

    private mutating func addObject(_ rules: ObjectRules, to quick: inout QuickNode) {
        guard rules.patterns.isEmpty, rules.propertyNames == nil, rules.dependentRequired.isEmpty,
            rules.dependentSchemas.isEmpty, rules.names.count <= QuickObject.namesMax
        else {
            quick.open.insert(.object)
            return
        }
        let additional = child(rules.additional)
        let nodes = rules.properties.map { $0 == nil ? additional : child($0) }
        let rule = QuickObject(
            names: names.add(rules.names), members: members.count,
            required: rules.required.reduce(0) { $0 | 1 << UInt64($1) },
            additional: additional, countLeast: rules.countLeast ?? 0, countMost: rules.countMost ?? .max)
        members += nodes
        quick.object = Int32(objects.count)
        objects.append(rule)
    }

    /// Where a subschema that is nothing but a reference leads to, so that a schema may refer to one that contains it.
    private func referred(from index: Int) -> Int {
        var index = index
        for _ in 0..<8 {
            guard source[index].isReferenceOnly, case .reference(let target) = source[index].applicators[0] else {
                break
            }
            index = target
        }
        return index
    }

    private mutating func child(_ index: Int?) -> Int {
        guard let subschema = index else { return QuickObject.anything }
        let index = referred(from: subschema)
        if source[index].isNever { return QuickObject.nothing }
        let node = node(index)
        return isFinished[node] && nodes[node].isPlain && nodes[node].types == .all ? QuickObject.anything : node
    }
}

extension QuickNode {
    /// Whether it says nothing but types.
    fileprivate var isPlain: Bool {
        open.isEmpty && string == Self.none && number == Self.none && array == Self.none && object == Self.none
    }

    fileprivate func restricted(to types: SchemaTypes) -> QuickNode {
        var node = self
        node.types.formIntersection(types)
        return node
    }
}

extension SchemaNode {
    fileprivate var isReferenceOnly: Bool {
        applicators.count == 1 && types == .all && !isNever && values.isEmpty && number == nil && string == nil
            && array == nil && object == nil && !hasUnevaluated
    }
}

extension ExactDecimal {
    /// The amount if it is whole and has room for one more on both sides.
    fileprivate var smallInteger: Int? {
        guard isWhole, digits.count + exponent <= 18 else { return nil }
        let amount = (digits + [UInt8](repeating: 0, count: exponent)).reduce(0) { $0 * 10 + Int($1) }
        return isNegative ? -amount : amount
    }
}
