/// The bounds that all fetches share.
package struct FetchSettings: Sendable {
    /// Fetches under way for one purpose. Each may hold a connection and a body for its whole time.
    package var fetchesMax = 32
    /// Fetches under way to one host for one purpose, so that a slow host leaves places to the others.
    package var fetchesPerHostMax = 8
    /// What reaching one of several addresses may take, so that a dead one leaves time for the next.
    package var connectTime = Duration.seconds(2)
    /// What we call ourselves.
    package var userAgent = "Patchbay"

    /// The defaults.
    package init() {}
}
