package import GatewayModel

/// The address of a resource that two upstreams have: the upstream's name goes into it, in a way that can be undone.
///
/// `file:///x` of `files` becomes `patchbay+files+file:///x`, which is a legal scheme because an upstream's name has no `+`. A
/// view must begin with `ui://`, so there the name goes into the authority: `ui://patchbay.board/list`. Templates are texts with
/// holes, and the same texts are put in front of them, so what a client makes of one can be undone too.
package enum QualifiedURI {
    private static let scheme = "patchbay+"
    private static let view = "ui://"
    private static let authority = "ui://patchbay."

    /// The address with the upstream's name in it.
    package static func qualified(_ uri: String, of upstream: UpstreamName) -> String {
        uri.hasPrefix(view)
            ? "\(authority)\(upstream.text)/\(uri.dropFirst(view.count))" : "\(scheme)\(upstream.text)+\(uri)"
    }

    /// The upstream and its own address; nothing if nobody's name is in it.
    package static func parse(_ uri: String) -> (upstream: UpstreamName, uri: String)? {
        if uri.hasPrefix(authority) {
            return split(uri.dropFirst(authority.count), at: "/").map { ($0, view + $1) }
        }
        guard uri.hasPrefix(scheme) else { return nil }
        return split(uri.dropFirst(scheme.count), at: "+").map { ($0, String($1)) }
    }

    private static func split(_ rest: Substring, at separator: Character) -> (UpstreamName, Substring)? {
        guard let end = rest.firstIndex(of: separator), let name = try? UpstreamName(String(rest[..<end])) else {
            return nil
        }
        return (name, rest[rest.index(after: end)...])
    }
}
