/// What we ask an authorization server of others for (MCP 2026-07-28, scope selection).
package struct AskedScopes: Sendable, Hashable {
    /// What the operator wrote; wins over all that the upstream says.
    package var configured: [String] = []
    /// What the upstream's challenge asked for.
    package var challenged: [String] = []
    /// What its metadata list.
    package var supported: [String] = []
    /// What was granted before, or was missing: never asked for less.
    package var earlier: [String] = []
    /// What the authorization server says that it has.
    package var known: [String] = []

    /// Nothing is known.
    package init() {}

    /// What to ask for; empty means to leave the parameter out.
    package var all: [String] {
        let first = [configured, challenged, supported].first { !$0.isEmpty } ?? []
        let asked = ScopeText.union(first, earlier)
        // Without it many servers give no refresh token; with an empty list it would be all that is asked for.
        guard known.contains("offline_access"), configured.isEmpty, !asked.isEmpty else { return asked }
        return ScopeText.union(asked, ["offline_access"])
    }
}
