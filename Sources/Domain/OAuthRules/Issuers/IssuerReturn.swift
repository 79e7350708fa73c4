/// Whether an answer that came back with the browser is from the authorization server that was asked (RFC 9207; MCP 2026-07-28,
/// mix-up).
package enum IssuerReturn {
    /// Compares as plain text, without any normalization. An answer that fails is not acted on and nothing of it is shown.
    package static func isFromIssuer(named: String?, expected: String, mustBeNamed: Bool) -> Bool {
        guard let named else { return !mustBeNamed }
        return named.utf8.elementsEqual(expected.utf8)
    }
}
