import JSONCoding
import MCPWire

/// Questions of the handshake era in the form of the newest revision.
enum QuestionConversion {
    /// Without what the newest revision does not have: ids of elicitations, tasks, and the upstream's own `_meta`.
    static func neutral(_ question: ClientQuestion) -> ClientQuestion {
        var params = question.params ?? JSONObject()
        for name in ["elicitationId", "task", "_meta"] { params[name] = nil }
        return ClientQuestion(
            key: question.key, kind: question.kind, params: params.members.isEmpty ? nil : params)
    }

    /// Whether the client said that it may be asked this (MCP 2026-07-28, MRTR: never ask for what is not declared).
    static func isDeclared(_ question: ClientQuestion, in capabilities: JSONObject) -> Bool {
        switch question.kind {
        case .roots: return capabilities["roots"]?.objectValue != nil
        case .sampling:
            guard let sampling = capabilities["sampling"]?.objectValue else { return false }
            let needsTools = question.params?["tools"] != nil || question.params?["toolChoice"] != nil
            return !needsTools || sampling["tools"] != nil
        case .elicitation:
            guard let elicitation = capabilities["elicitation"]?.objectValue else { return false }
            if question.params?["mode"] == "url" { return elicitation["url"] != nil }
            return elicitation["form"] != nil || elicitation["url"] == nil
        }
    }
}
