import HTTPMessages

/// A request that executes nothing, sent without a credential to hear the challenge.
struct LoginQuestion: Sendable {
    let fields: HTTPFields
    let body: [UInt8]

    /// In this order: what every server understands, and what also those refuse who let anybody begin.
    static var all: [LoginQuestion] { [initialize, list] }

    private static var initialize: LoginQuestion {
        LoginQuestion(
            fields: fields,
            body: Array(
                #"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","#.utf8)
                + Array(#""capabilities":{},"clientInfo":{"name":"patchbay","version":"0"}}}"#.utf8))
    }

    private static var list: LoginQuestion {
        var fields = fields
        fields.append(.mcpProtocolVersion, literal: "2026-07-28")
        fields.append(.mcpMethod, literal: "tools/list")
        return LoginQuestion(
            fields: fields,
            body: Array(#"{"jsonrpc":"2.0","id":0,"method":"tools/list","params":{"_meta":{"#.utf8)
                + Array(#""io.modelcontextprotocol/protocolVersion":"2026-07-28","#.utf8)
                + Array(#""io.modelcontextprotocol/clientInfo":{"name":"patchbay","version":"0"},"#.utf8)
                + Array(#""io.modelcontextprotocol/clientCapabilities":{}}}}"#.utf8))
    }

    private static var fields: HTTPFields {
        var fields = HTTPFields()
        fields.append(.accept, literal: "application/json, text/event-stream")
        return fields
    }
}
