import OAuthRules

/// Why there is no client, or somebody is not the client that they say.
package struct ClientProblem: Error, Sendable, Hashable {
    /// The status of the answer.
    package let status: Int
    /// The code of the answer (RFC 6749 section 5.2).
    package let error: String
    /// What people read.
    package let sentence: String
    /// The challenge, where the client had used the `Authorization` field (RFC 6749 section 5.2).
    package let wwwAuthenticate: String?

    /// A problem of these parts.
    package init(status: Int, error: String, sentence: String, wwwAuthenticate: String? = nil) {
        self.status = status
        self.error = error
        self.sentence = sentence
        self.wwwAuthenticate = wwwAuthenticate
    }

    /// A refusal; `withField`: the client had used the `Authorization` field.
    init(_ error: OAuthError, withField: Bool = false) {
        let isUnauthenticated = error.code == .invalidClient
        self.init(
            status: error.status, error: error.code.rawValue, sentence: error.description,
            wwwAuthenticate: isUnauthenticated && withField ? Self.challenge : nil)
    }

    /// Nobody is told whether the client is unknown or its proof wrong.
    static let unknown = ClientProblem(PresentedProof.unknown)
    /// The store is away.
    static let unavailable = ClientProblem(
        OAuthError(.temporarilyUnavailable, "Clients cannot be looked up now; try again in a moment."))
    /// What cannot be.
    static let broken = ClientProblem(OAuthError(.serverError, "Something is wrong here; the operator has been told."))

    static func invalidClient(_ sentence: String) -> ClientProblem {
        ClientProblem(OAuthError(.invalidClient, sentence))
    }

    /// The same with a challenge, where one belongs.
    func answering(_ usedField: Bool) -> ClientProblem {
        guard usedField, status == 401 else { return self }
        return ClientProblem(status: status, error: error, sentence: sentence, wwwAuthenticate: Self.challenge)
    }

    private static let challenge = "Basic realm=\"OAuth client\", charset=\"UTF-8\""
}
