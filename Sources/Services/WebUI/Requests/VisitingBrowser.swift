import Cryptography
import HTTPMessages
import Telemetry

/// What is known of the browser that asks; of a program only the language.
struct VisitingBrowser {
    var cookies = CookieJar()
    var person: SignedInPerson?
    var language: Language
    /// Missing at machines' routes, which show no forms.
    var formToken: FormToken?
    /// A browser that had no cookie gets this one, so that its forms are bound to something.
    var newVisit: String?

    init(fields: HTTPFields) {
        language = Language(acceptedBy: fields)
        header = fields
    }

    private let header: HTTPFields
    /// A visit is 32 random bytes, as ours are; another value would be one that somebody made up.
    private static let visitBytes = 32

    /// Reads the cookies: who is signed in, in which language, and what forms are bound to.
    mutating func recognize(_ site: WebSite) async throws(WebProblem) {
        cookies = CookieJar(header)
        if let chosen = cookies.value(.language, isSecure: site.isSecure).flatMap(Language.init(rawValue:)) {
            language = chosen
        }
        if let session = cookies.value(.session, isSecure: site.isSecure) {
            let found = try await site.sessions.person(session: session)
            person = found
            if found != nil { return try bindForms(to: session) }
        }
        if let visit = cookies.value(.visit, isSecure: site.isSecure),
            Base64.url.decode(visit)?.count == Self.visitBytes
        {
            return try bindForms(to: visit)
        }
        let visit = try Self.freshVisit()
        newVisit = visit
        try bindForms(to: visit)
    }

    private static func freshVisit() throws(WebProblem) -> String {
        do throws(CryptographyError) {
            let bytes = try SecureRandom.bytes(visitBytes)
            return Base64.url.encode(bytes.span)
        } catch {
            throw .broken(error.sentence)
        }
    }

    private mutating func bindForms(to cookie: String) throws(WebProblem) {
        do throws(CryptographyError) {
            formToken = try FormToken(of: Secret(cookie))
        } catch {
            throw .broken(error.sentence)
        }
    }
}
