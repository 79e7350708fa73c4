import HTTPMessages

/// The fields of answers that do not depend on the call, made once. A class, so that a waiting call holds one reference.
final class AnswerFields: Sendable {
    let json: HTTPFields
    let events: HTTPFields
    let empty: HTTPFields

    init() {
        var empty = HTTPFields()
        // Rulings 1.8: browser clients read these two wherever they come from.
        empty.append(.accessControlExposeHeaders, literal: "WWW-Authenticate, Mcp-Session-Id")
        self.empty = empty
        var json = empty
        json.append(.contentType, literal: "application/json")
        self.json = json
        var events = empty
        events.append(.contentType, literal: "text/event-stream")
        events.append(.cacheControl, literal: "no-cache")
        // Rulings 2.3: nginx in front of us must not gather the stream.
        events.append(.xAccelBuffering, literal: "no")
        self.events = events
    }

    /// The same fields for a page of this origin, which has been accepted.
    static func allowing(_ origin: [UInt8], _ fields: HTTPFields) -> HTTPFields {
        var fields = fields
        _ = fields.append(.accessControlAllowOrigin, bytes: origin.span)
        fields.append(.vary, literal: "Origin")
        return fields
    }
}
