import JSONCoding
import JSONSchema

/// Holds the promises of `JSONSchema` against any schema and any value, which stand in one input with a line end between
/// them: what is decided on the bytes is what the tree says, a refusal has something to say, and all of it comes to an end.
func fuzzSchema(_ bytes: [UInt8]) {
    let parts = bytes.split(separator: UInt8(ascii: "\n"), maxSplits: 1, omittingEmptySubsequences: false)
    guard let text = try? JSONParser.parse(Array(parts[0])) else {
        fuzzPattern(bytes)
        return
    }
    var limits = SchemaLimits()
    limits.steps = 20_000
    limits.subschemas = 500
    let schema: CompiledSchema
    do throws(SchemaFault) {
        schema = try SchemaCompiler.compile(text, limits: limits)
    } catch {
        precondition(error.reason.hasSuffix("."), "a reason that is no sentence")
        return
    }
    for remark in schema.remarks { precondition(remark.reason.hasSuffix("."), "a remark that is no sentence") }
    check(text, with: schema, limits)
    guard parts.count == 2 else { return }
    // What is no JSON may be taken for anything, and comes to an end.
    _ = schema.accepts(Array(parts[1]), at: 0..<parts[1].count)
    guard let value = try? JSONParser.parse(Array(parts[1])) else { return }
    check(value, with: schema, limits)
}

private func check(_ value: JSONValue, with schema: CompiledSchema, _ limits: SchemaLimits) {
    let written = JSONWriter.bytes(of: value)
    let isAccepted = schema.accepts(written, at: 0..<written.count)
    switch schema.check(value, limits: limits) {
    case .valid: precondition(isAccepted != false, "the bytes are refused and the tree is not")
    case .invalid(let violations):
        precondition(isAccepted != true, "the bytes are accepted and the tree is not")
        precondition((1...SchemaVerdict.violationsMax).contains(violations.count), "no violation, or too many")
        for violation in violations { precondition(violation.sentence().utf8.count < 4096, "a sentence without end") }
    case .undecided(let doubt): precondition(doubt.reason.hasSuffix("."), "a doubt that is no sentence")
    }
}

/// What is no schema is taken for a pattern.
private func fuzzPattern(_ bytes: [UInt8]) {
    let text = String(decoding: bytes, as: UTF8.self)
    guard let schema = try? SchemaCompiler.compile(["pattern": .string(text)]) else {
        preconditionFailure("a pattern is no reason to refuse a schema")
    }
    var limits = SchemaLimits()
    limits.steps = 20_000
    for value in [text, "", "a", String(text.reversed())] { _ = schema.check(.string(value), limits: limits) }
}
