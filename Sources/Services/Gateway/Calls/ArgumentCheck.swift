import JSONCoding
import JSONSchema
import Synchronization

/// The check of a tool's arguments against its published schema, made at the first call.
///
/// A class, because the definition is a value and what was understood of its schema is shared by all calls.
final class ArgumentCheck: Sendable {
    private let schema: JSONValue?
    private let compiled = AtomicLazyReference<Compiled>()

    /// `nil` inside: the schema is none that can be checked, and the upstream decides.
    private final class Compiled: Sendable {
        let schema: CompiledSchema?

        init(_ schema: CompiledSchema?) {
            self.schema = schema
        }
    }

    init(_ schema: JSONValue?) {
        self.schema = schema
    }

    private var understood: CompiledSchema? {
        if let known = compiled.load() { return known.schema }
        let made = schema.flatMap { try? SchemaCompiler.compile($0) }
        return compiled.storeIfNil(Compiled(made)).schema
    }

    /// Whether arguments that lie in a message hold, decided without a tree; false also when that cannot be decided so.
    func accepts(_ message: [UInt8], at range: Range<Int>) -> Bool {
        guard let understood else { return true }
        return understood.accepts(message, at: range) == true
    }

    /// Rulings 3.2: why arguments are refused before anything is sent, as the model reads it; every sentence names its field.
    func refusal(_ arguments: JSONValue, of tool: String) -> String? {
        guard let understood, case .invalid(let violations) = understood.check(arguments) else { return nil }
        let sentences = violations.map { $0.sentence(whole: "the arguments") + "." }
        return "The arguments for \(tool) do not fit its schema, so nothing was done: "
            + sentences.joined(separator: " ")
    }
}
