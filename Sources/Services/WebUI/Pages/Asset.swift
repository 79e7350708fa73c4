import Cryptography
import HTTPMessages

/// A file that pages refer to, served from our origin.
struct Asset: Sendable {
    let address: WebAddress
    private let path: RoutePath
    private let type: StaticString
    private let text: StaticString

    /// What all pages look like.
    static let styleSheet = Asset(
        address: "/assets/patchbay.css", path: "/assets/patchbay.css", type: "text/css; charset=utf-8",
        text: styleSheetText)

    /// The sign in the browser's tab: a plug.
    static let icon = Asset(
        address: "/assets/icon.svg", path: "/assets/icon.svg", type: "image/svg+xml",
        text: """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#0b57a4"/>\
            <path d="M11 6v6M21 6v6M8 12h16v4a8 8 0 0 1-16 0zM16 24v4" fill="none" stroke="#fff" stroke-width="3" \
            stroke-linecap="round" stroke-linejoin="round"/></svg>
            """)

    /// The routes of all of them.
    static func routes() throws(CryptographyError) -> [WebRoute] {
        [try styleSheet.route(), try icon.route()]
    }

    /// A browser asks each time, and hears 304 until the program is another one.
    private func route() throws(CryptographyError) -> WebRoute {
        let (bytes, type) = (Array(text.description.utf8), type)
        let digest = try DigestAlgorithm.sha256.digest(of: bytes.span)
        let tag = "\"\(Base64.url.encode(digest.span).prefix(16))\""
        return .machine(.get, path, .ownOrigin) { (request) throws(WebProblem) in
            let isKnown = request.head.fields.values(.ifNoneMatch).contains { value in
                value.split(separator: ",").contains { $0.drop { $0 == " " } == tag || $0.hasSuffix("W/" + tag) }
            }
            var response = isKnown ? WebResponse.empty(status: 304) : .bytes(bytes, type: type)
            _ = response.fields.append(.entityTag, tag)
            response.fields.append(.cacheControl, literal: "no-cache")
            return response
        }
    }
}
