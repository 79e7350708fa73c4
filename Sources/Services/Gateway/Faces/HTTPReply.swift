import GatewayModel
import HTTPMessages
import HTTPTransport
import JSONCoding
import MCPWire

/// The HTTP side of an answer: which fields it carries, for whom it may be read, and the refusals that need no message.
struct HTTPReply {
    let exchange: HTTPExchange
    private let answers: AnswerFields
    /// Set when a page of another program asks, and may.
    private var origin: [UInt8]?

    init(exchange: HTTPExchange, answers: AnswerFields) {
        self.exchange = exchange
        self.answers = answers
    }

    /// MCP transports, security warning: an Origin that is not allowed is refused with 403; an absent one is fine.
    mutating func admitsOrigin(_ runtime: GatewayRuntime) -> Bool {
        switch exchange.head.fields.withSingle(.origin, { runtime.snapshot.isAcceptedOrigin($0) }) {
        case .absent:
            return true
        case .once(true):
            origin = exchange.head.fields.firstBytes(.origin)
            return true
        case .once(false), .repeated:
            text(403, "This origin may not use the server. Add it to `origins` in the configuration, if it should.")
            return false
        }
    }

    /// MCP transports: a message is `application/json`, and its sender takes JSON and event streams; no Accept means both.
    func acceptsMessage() -> Bool {
        guard exchange.head.fields.withFirst(.contentType, { MediaType.isJSON($0) }) == true else {
            text(415, "A message must have the content type application/json.")
            return false
        }
        if exchange.head.fields.valueEquals(.accept, "application/json, text/event-stream") { return true }
        let fields = exchange.head.fields
        if fields.contains(.accept) && !fields.listContains(.accept, "application/json")
            && !fields.listContains(.accept, "text/event-stream") && !fields.listContains(.accept, "*/*")
            && !fields.listContains(.accept, "application/*")
        {
            text(406, "The answer is application/json or text/event-stream; say in Accept that both are taken.")
            return false
        }
        return true
    }

    /// The body never became a message.
    func unreadable(_ error: HTTPServerError) {
        let status: Int
        let sentence: String
        switch error {
        case .bodyTooLarge(let limit):
            status = 413
            sentence = "The message is longer than the limit of \(limit) bytes. Send less at once."
        case .refused(let refusal):
            status = refusal.status
            sentence = refusal.reason
        case .bodyTimedOut:
            status = 408
            sentence = "The message stopped arriving. Send it again."
        case .clientGone, .alreadyAnswered, .cancelled:
            return
        }
        json(status, JSONRPCWriter.error(id: nil, code: MCPErrorCode.invalidRequest.rawValue, message: sentence))
    }

    var jsonFields: HTTPFields { decorated(answers.json) }
    var eventFields: HTTPFields { decorated(answers.events) }

    /// A whole JSON-RPC message; false when the client was gone.
    @discardableResult
    func json(_ status: Int, _ message: [UInt8]) -> Bool {
        exchange.respond(status: status, fields: jsonFields, body: message)
    }

    /// A notification was taken.
    func accepted() {
        exchange.respond(status: 202, fields: decorated(answers.empty))
    }

    /// What was asked is done, and there is nothing to say.
    func ended() {
        exchange.respond(status: 200, fields: decorated(answers.empty))
    }

    /// Something for the person who looks at a failing request.
    func text(_ status: Int, _ sentence: String) {
        var fields = decorated(answers.empty)
        fields.append(.contentType, literal: "text/plain; charset=utf-8")
        exchange.respond(status: status, fields: fields, body: Array((sentence + "\n").utf8))
    }

    /// Who called has to come with a token, or with another one.
    func challenge(_ challenge: Challenge, _ text: String) {
        var fields = jsonFields
        _ = fields.append(.wwwAuthenticate, text)
        fields.append(.cacheControl, literal: "no-store")
        refuse(challenge.status, fields, error: challenge.error ?? "unauthorized", challenge.sentence)
    }

    /// Who called is known and may not, or cannot be known now.
    func forbid(_ status: Int, error: String, _ sentence: String) {
        var fields = jsonFields
        fields.append(.cacheControl, literal: "no-store")
        if status == 503 { fields.append(.retryAfter, literal: "2") }
        refuse(status, fields, error: error, sentence)
    }

    private func refuse(_ status: Int, _ fields: HTTPFields, error: String, _ sentence: String) {
        let body: JSONValue = ["error": .string(error), "error_description": .string(sentence)]
        exchange.respond(status: status, fields: fields, body: JSONWriter.bytes(of: body))
    }

    /// `challenge` is for a person's browser at an address that wants a token.
    func page(_ html: String, challenge: String? = nil) {
        var fields = decorated(answers.empty)
        fields.append(.contentType, literal: "text/html; charset=utf-8")
        fields.append(
            .contentSecurityPolicy,
            literal: "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'")
        fields.append(.xContentTypeOptions, literal: "nosniff")
        fields.append(.cacheControl, literal: "no-store")
        fields.append(.vary, literal: "Accept, Accept-Language")
        if let challenge { _ = fields.append(.wwwAuthenticate, challenge) }
        exchange.respond(status: challenge == nil ? 200 : 401, fields: fields, body: Array(html.utf8))
    }

    func tooManyStreams() {
        text(503, "Too many event streams are open. Try again later.")
    }

    func methodNotAllowed() {
        var fields = decorated(answers.empty)
        fields.append(.allow, literal: "GET, POST, DELETE")
        exchange.respond(status: 405, fields: fields)
    }

    /// The Fetch standard's preflight: what a browser asks before it sends a message (rulings 1.8).
    func preflight() {
        var fields = decorated(answers.empty)
        fields.append(.accessControlAllowMethods, literal: "GET, POST, DELETE")
        let asked = exchange.head.fields.firstBytes(.accessControlRequestHeaders)
        if let asked, asked.allSatisfy({ isListByte($0) }) {
            _ = fields.append(.accessControlAllowHeaders, bytes: asked.span)
        } else {
            fields.append(
                .accessControlAllowHeaders,
                literal: "Accept, Authorization, Content-Type, MCP-Protocol-Version, Mcp-Method, Mcp-Name")
        }
        fields.append(.accessControlMaxAge, literal: "86400")
        fields.append(.allow, literal: "GET, POST, DELETE")
        exchange.respond(status: 204, fields: fields)
    }

    private func isListByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: ","),
            UInt8(ascii: " "):
            true
        default: false
        }
    }

    private func decorated(_ fields: HTTPFields) -> HTTPFields {
        guard let origin else { return fields }
        return AnswerFields.allowing(origin, fields)
    }
}
