import JSONCoding
import JSONSchema

func json(_ text: String) throws -> JSONValue { try JSONParser.parse(Array(text.utf8)) }

func compiled(_ text: String, _ limits: SchemaLimits = SchemaLimits()) throws -> CompiledSchema {
    try SchemaCompiler.compile(try json(text), limits: limits)
}

extension CompiledSchema {
    /// What is wrong with a value, as sentences; nothing for a valid one.
    func complaints(about text: String) throws -> [String] {
        if case .invalid(let violations) = check(try json(text)) { violations.map { $0.sentence() } } else { [] }
    }
}

/// The limits with one of them changed.
func limits(_ change: (inout SchemaLimits) -> Void) -> SchemaLimits {
    var limits = SchemaLimits()
    change(&limits)
    return limits
}
