/// Knows clients and tells whether somebody is one; `ClientRegistry` in operation.
package protocol ClientKnowing: Sendable {
    /// The client of this id.
    func client(_ id: String) async throws(ClientProblem) -> KnownClient
    /// Whose credentials these are.
    func authenticate(_ credentials: PresentedCredentials) async throws(ClientProblem) -> AuthenticatedClient
    /// Uses up what may be used once, after everything else was found right (rulings 5.1).
    func commit(_ client: AuthenticatedClient) async throws(ClientProblem)
}
