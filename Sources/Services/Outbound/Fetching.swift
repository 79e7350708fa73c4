/// Fetches what others name; `WebFetcher` in operation. A protocol, because the world outside is not there in tests.
package protocol Fetching: Sendable {
    /// The whole answer; any status is an answer.
    func fetch(_ request: FetchRequest) async throws(FetchError) -> FetchedAnswer
}

extension WebFetcher: Fetching {}
