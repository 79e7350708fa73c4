import HTTPMessages
package import WebUI

/// All pages of this room.
package struct PortalPages: Sendable {
    private let parts: PortalParts

    /// The pages over what other rooms know.
    package init(_ parts: PortalParts) {
        self.parts = parts
    }

    /// Where the catalog is, with the word for the header of all pages.
    package static let navigation = NavigationItem("/catalog", .signedIn) { $0.text(PortalWord.catalog) }

    /// The routes.
    package var routes: [WebRoute] {
        [
            WebRoute(.get, "/", .everyone) { (request) throws(WebProblem) in start(request) },
            WebRoute(.get, "/catalog", .signedIn) { (request) throws(WebProblem) in
                .page(CatalogPage(entries: parts.servers(try request.signedIn), language: request.language).page)
            },
            WebRoute(.get, "/catalog/{server}", .signedIn) { (request) throws(WebProblem) in
                let slug = request.parameter("server")
                // A server that is not this person's is not there for them.
                guard let entry = parts.servers(try request.signedIn).first(where: { $0.slug == slug }) else {
                    throw .notFound
                }
                return .page(ServerPage(entry: entry, language: request.language).page)
            },
        ]
    }

    private func start(_ request: WebRequest) -> WebResponse {
        if request.person != nil { return .redirect(to: "/catalog") }
        return .page(StartPage(open: parts.servers(nil), language: request.language).page)
    }
}
