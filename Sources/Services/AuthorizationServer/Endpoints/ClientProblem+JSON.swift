import JSONCoding

extension ClientProblem {
    /// The body of the answer (RFC 6749 5.2).
    var json: [UInt8] {
        JSONWriter.bytes(of: .object(["error": .string(error), "error_description": .string(sentence)]))
    }
}
