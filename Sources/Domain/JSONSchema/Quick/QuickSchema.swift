struct QuickSchema: Sendable {
    init(nodes: [SchemaNode], root: Int) {}
    func accepts(_ message: Span<UInt8>, at range: Range<Int>) -> Bool? { nil }
}
