package import HTTPMessages
package import JSONCoding
package import Reactor

/// A request to a route of the site, with everything read that can be read before the handler begins.
package struct WebRequest: Sendable {
    /// The request's head.
    package let head: RequestHead
    /// The parameters behind the question mark.
    package let query: FormFields
    /// The parameters of a form; none when the body is something else.
    package let form: FormFields
    /// The body as it came.
    package let body: [UInt8]
    /// Who is signed in; nobody at machines' routes, which take no cookies.
    package let person: SignedInPerson?
    /// What pages are to be written in.
    package let language: Language
    /// What forms of the page have to carry.
    package let formToken: FormToken
    /// The loop that the exchange lives on.
    package let loop: EventLoop
    /// The loop's clock, in nanoseconds.
    package let now: UInt64
    let parameters: [String: String]
    let cookies: CookieJar
    let isSecure: Bool

    /// What stands in the path in the place of `{name}`; the name is in the route's template.
    package func parameter(_ name: String) -> String {
        guard let value = parameters[name] else { preconditionFailure("the route's template has no {\(name)}") }
        return value
    }

    /// The value of a cookie of ours.
    package func cookie(_ cookie: WebCookie) -> String? {
        cookies.value(cookie, isSecure: isSecure)
    }

    /// Who is signed in, at a route that only those reach.
    package var signedIn: SignedInPerson {
        get throws(WebProblem) {
            guard let person else { throw .signInNeeded }
            return person
        }
    }

    /// The body as JSON.
    package func json(limits: JSONLimits = JSONLimits(depth: 16, values: 10_000)) throws(WebProblem) -> JSONValue {
        do throws(JSONError) {
            return try JSONParser.parse(body, limits: limits)
        } catch {
            throw .badRequest("The body is not JSON that can be read: \(error).")
        }
    }

    /// Path and query, as a place to come back to; the start page for what is no address of a page.
    package var place: WebAddress {
        WebAddress(local: String(decoding: head.targetBytes, as: UTF8.self)) ?? "/"
    }

    /// Whether the asker would rather read JSON than a page.
    package var prefersJSON: Bool { head.prefersJSON }
}

extension RequestHead {
    /// JSON is named, and pages are not.
    var prefersJSON: Bool {
        fields.listContains(.accept, "application/json") && !fields.listContains(.accept, "text/html")
    }
}
