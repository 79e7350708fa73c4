import JSONCoding

/// Writes what an upstream said in the form of one client's revision: down-conversion (facts 6.6).
///
/// Everything is told from which revision it comes. What comes from the client's own revision or from an older one has nothing
/// that the client cannot read, so it arrives as it is; only what is newer is taken away or said in another way. So give it the
/// upstream's own bytes and revision where these are at hand (definitions), or the neutral form (the default).
package struct ClientRendering: Sendable {
    /// What the client speaks.
    package let revision: Revision
    /// What the client declared.
    package let capabilities: ClientCapabilities
    /// Whether MCP Apps are taken out for a client that did not declare that it shows them: links to views, and tools that
    /// only a view may call (facts 7.2). Off for clients that never declare it and show them all the same (rulings 2.9).
    package let hidesApps: Bool
    /// Whether output that is no object is put into one, `{"result": …}`. Always so up to 2025-11-25; some clients of the
    /// stateless era want it too (facts 9, trap 12).
    package let wrapsOutput: Bool

    /// Renders for a client of this revision.
    package init(
        revision: Revision, capabilities: ClientCapabilities = .empty, hidesApps: Bool = false,
        wrapsOutput: Bool = false
    ) {
        self.revision = revision
        self.capabilities = capabilities
        self.hidesApps = hidesApps && !capabilities.showsApps
        self.wrapsOutput = wrapsOutput || !revision.hasFreeStructuredContent
    }

    /// Whether output that is no object, of an upstream of this revision, is put into one for this client. Between equal revisions
    /// before 2026-07-28 nothing is: such output is a mistake there, and not ours.
    func wrapsOutput(from source: Revision) -> Bool {
        wrapsOutput && (isNewer(source) || revision.hasFreeStructuredContent)
    }

    /// Whether something of this revision has to be brought down.
    func isNewer(_ source: Revision) -> Bool { source > revision }

    /// Whether views and what they need stay, although the revision does not have it: Apps are older than their revisions.
    var keepsApps: Bool { capabilities.showsApps }
}
