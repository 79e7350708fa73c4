import HTTPMessages

/// The links in the footer: they keep the chosen language in a cookie and lead back.
enum LanguageChoice {
    /// A year, as choices are kept.
    private static let keptFor = Duration.seconds(365 * 86_400)

    static let route = WebRoute(.get, "/language", .everyone) { (request) throws(WebProblem) in
        guard let language = request.query["lang"].flatMap(Language.init(rawValue:)) else { throw .notFound }
        let next = request.query["next"].flatMap { WebAddress(local: $0) } ?? "/"
        var response = WebResponse.redirect(to: next)
        response.setCookie(.language, language.rawValue, for: keptFor)
        return response
    }
}
