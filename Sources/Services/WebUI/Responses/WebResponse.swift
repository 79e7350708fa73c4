package import HTTPMessages
package import JSONCoding

/// An answer of the site, before the site has put its own fields to it.
package struct WebResponse: Sendable {
    enum Content: Sendable {
        case nothing
        case page(Page)
        case bytes([UInt8])
    }

    /// The HTTP status.
    package var status: Int
    /// Fields of the handler's own; what it says of `Cache-Control` stands.
    package var fields: HTTPFields
    let content: Content
    var cookies: [CookieChange] = []

    init(status: Int, fields: HTTPFields = HTTPFields(), content: Content) {
        self.status = status
        self.fields = fields
        self.content = content
    }

    /// A page for people.
    package static func page(_ page: Page, status: Int = 200) -> WebResponse {
        WebResponse(status: status, content: .page(page))
    }

    /// 303: what comes next is read at the address.
    package static func redirect(to address: WebAddress) -> WebResponse {
        redirect(address.text)
    }

    /// 303 to a redirect URI of a client, whatever its scheme; whoever calls has compared it with what is registered.
    package static func redirect(toRegistered uri: String) throws(WebProblem) -> WebResponse {
        guard !uri.isEmpty, uri.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw .broken("a redirect URI has characters that no field may have")
        }
        return redirect(uri)
    }

    /// JSON for machines.
    package static func json(_ value: JSONValue, status: Int = 200) -> WebResponse {
        json(bytes: JSONWriter.bytes(of: value), status: status)
    }

    /// JSON that is written already.
    package static func json(bytes: [UInt8], status: Int = 200) -> WebResponse {
        var fields = HTTPFields()
        fields.append(.contentType, literal: "application/json")
        return WebResponse(status: status, fields: fields, content: .bytes(bytes))
    }

    /// Bytes of a type that stands in our code.
    package static func bytes(_ bytes: [UInt8], type: StaticString, status: Int = 200) -> WebResponse {
        var fields = HTTPFields()
        fields.append(.contentType, literal: type)
        return WebResponse(status: status, fields: fields, content: .bytes(bytes))
    }

    /// An answer without a body.
    package static func empty(status: Int) -> WebResponse {
        WebResponse(status: status, content: .nothing)
    }

    /// Keeps a value in the browser; it has only characters that cookies may have.
    package mutating func setCookie(_ cookie: WebCookie, _ value: String, for maxAge: Duration? = nil) {
        precondition(value.utf8.allSatisfy(CookieJar.isValue), "a cookie's value is base64url or a word")
        cookies.removeAll { $0.cookie == cookie }
        cookies.append(CookieChange(cookie: cookie, value: value, maxAge: maxAge))
    }

    /// Removes a value from the browser.
    package mutating func removeCookie(_ cookie: WebCookie) {
        cookies.removeAll { $0.cookie == cookie }
        cookies.append(CookieChange(cookie: cookie, value: nil, maxAge: nil))
    }

    private static func redirect(_ location: String) -> WebResponse {
        var fields = HTTPFields()
        let isWritten = fields.append(.location, location)
        precondition(isWritten, "an address has no control characters")
        return WebResponse(status: 303, fields: fields, content: .nothing)
    }
}
