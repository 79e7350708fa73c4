package import JSONCoding

/// A schema, understood once and checked by any number of threads: it never changes and refers to nothing outside of it.
package struct CompiledSchema: Sendable {
    let nodes: [CheckedNode]
    let root: Int
    /// For each resource, the subschemas with a `$dynamicAnchor`.
    let dynamicAnchors: [[ByteName: Int]]
    let quick: QuickSchema
    /// What a report should say about the schema; an empty list means that all of it is checked as its author wrote it.
    package let remarks: [SchemaRemark]

    init(nodes: [SchemaNode], root: Int, dynamicAnchors: [[ByteName: Int]], remarks: [SchemaRemark]) {
        self.nodes = nodes.map(CheckedNode.init)
        self.root = root
        self.dynamicAnchors = dynamicAnchors
        self.remarks = remarks
        quick = QuickSchema(nodes: nodes, root: root)
    }

    /// Checks a value. What a remark says is not decided counts as held.
    package func check(_ value: JSONValue, limits: SchemaLimits = SchemaLimits()) -> SchemaVerdict {
        do throws(SchemaDoubt) {
            var evaluation = SchemaEvaluation(self, limits: limits)
            guard try evaluation.isInvalid(value) else { return .valid }
        } catch {
            return .undecided(error)
        }
        return .invalid(SchemaEvaluation.explanation(of: value, with: self, limits: limits))
    }

    /// Decides on the bytes of a value that has been validated as JSON, without building or allocating anything.
    ///
    /// True and false are what `check` would say; nothing means that only `check` can tell. On false, `check` says why.
    package func accepts(_ message: [UInt8], at range: Range<Int>) -> Bool? {
        quick.accepts(message.span, at: range)
    }

    /// The same for a message that lies somewhere else than in an array of its own.
    package func accepts(_ message: Span<UInt8>, at range: Range<Int>) -> Bool? {
        quick.accepts(message, at: range)
    }
}
