/// A scalar and what it means.
///
/// The rule, narrower than YAML 1.2's core schema so that nothing means something by surprise: what is quoted or a block is text;
/// plain `true` and `false` are flags; plain nothing, `~` and `null` are nothing; plain decimal digits, with a sign or without,
/// are a number; everything else is text, also `yes`, `off`, `0x10`, `1.5` and `2026-07-28`.
struct YAMLScalar: Sendable, Hashable {
    let text: String
    let isPlain: Bool

    /// What a scalar means by the rule above.
    enum Meaning: Sendable, Hashable {
        case nothing
        case flag(Bool)
        /// `nil` when the digits do not fit 64 bits.
        case number(Int?)
        case text(String)
    }

    var meaning: Meaning {
        guard isPlain else { return .text(text) }
        switch text {
        case "", "~", "null": return .nothing
        case "true": return .flag(true)
        case "false": return .flag(false)
        default: return isDecimal ? .number(Int(text)) : .text(text)
        }
    }

    private var isDecimal: Bool {
        let unsigned = text.utf8.first == UInt8(ascii: "-") || text.utf8.first == UInt8(ascii: "+") ? 1 : 0
        let digits = text.utf8.dropFirst(unsigned)
        return !digits.isEmpty && digits.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }
}
