extension JSONFinding {
    /// The text of a string that was found in this message, escapes decoded; nothing for other kinds.
    package func string(in message: [UInt8]) -> String? { string(in: message.span) }

    /// The text of a string that was found in a message that lies somewhere else than in an array of its own.
    package func string(in message: Span<UInt8>) -> String? {
        guard kind == .string else { return nil }
        return JSONText.reading(message) { text in
            guard hasEscape else { return text.string(contents) }
            return String(decoding: decoded(text), as: UTF8.self)
        }
    }

    /// Whether it is a string with this text; costs no memory unless the message has an escape in it.
    package func isString(_ expected: Span<UInt8>, in message: Span<UInt8>) -> Bool {
        guard kind == .string else { return false }
        guard hasEscape else { return message.hasSameBytes(contents, as: expected) }
        let text = JSONText.reading(message) { decoded($0) }
        return text.span.hasSameBytes(text.indices, as: expected)
    }

    /// Whether it is a string with a text that the program knows.
    package func isString(_ expected: StaticString, in message: Span<UInt8>) -> Bool {
        expected.withUTF8Span { isString($0, in: message) }
    }

    /// The index of its text in a set of names, if it is a string.
    package func index(in names: JSONNames, message: Span<UInt8>) -> Int? {
        guard kind == .string else { return nil }
        return JSONText.reading(message) { text in
            if hasEscape { return names.index(of: decoded(text).span) }
            return names.index(of: contents, in: text)
        }
    }

    /// The amount of a number that was found in this message, if it is whole and fits into 64 bits.
    package func integer(in message: Span<UInt8>) -> Int? {
        guard kind == .number else { return nil }
        return JSONText.reading(message) { JSONNumber(validated: $0.string(range)).integer }
    }

    /// Whether it is a string with a text that the program knows, in a message that is an array.
    package func isString(_ expected: StaticString, in message: [UInt8]) -> Bool {
        isString(expected, in: message.span)
    }

    /// The index of its text in a set of names, if it is a string, in a message that is an array.
    package func index(in names: JSONNames, message: [UInt8]) -> Int? {
        index(in: names, message: message.span)
    }

    /// The amount of a number that was found in a message that is an array.
    package func integer(in message: [UInt8]) -> Int? { integer(in: message.span) }

    private func decoded(_ text: JSONText) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(contents.count)
        JSONGrammar(text: text, limits: JSONLimits()).appendDecoded(contents, to: &bytes)
        return bytes
    }
}
