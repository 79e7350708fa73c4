package import GatewayModel

/// A client id that is the address of the client's metadata document (draft-ietf-oauth-client-id-metadata-document section 3).
package struct ClientDocumentURL: Sendable, Hashable {
    /// The id, byte for byte: ids are compared as strings.
    package let text: String
    /// Where the document is.
    package let url: HTTPURL

    /// Whether an id claims to be such an address, right or wrong.
    package static func isMeant(by id: String) -> Bool {
        let start = id.prefix(8).lowercased()
        return start == "https://" || start.hasPrefix("http://")
    }

    /// Reads an id. `allowsLoopback`: where the gateway itself is known by a loopback address, documents of this machine may be
    /// fetched by http (draft section 6.5, rulings 5.6).
    package init(_ id: String, allowsLoopback: Bool) throws(ClientMetadataError) {
        let url: HTTPURL
        do throws(GatewayModelError) {
            url = try HTTPURL(id)
        } catch {
            throw .metadata("client_id \(quoted(id)) is not a usable URL: \(error.reason).")
        }
        guard url.scheme == .https || allowsLoopback && url.host.isLoopback else {
            throw .metadata("client_id \(quoted(id)) must begin with https://.")
        }
        let path = url.target.prefix { $0 != "?" }
        guard path != "/" else { throw .metadata("client_id \(quoted(id)) has no path; it must name a document.") }
        for segment in path.split(separator: "/", omittingEmptySubsequences: false) where Self.isDots(segment) {
            throw .metadata("client_id \(quoted(id)) has a path segment of dots; write the address without it.")
        }
        text = id
        self.url = url
    }

    /// `.` and `..`, each dot plain or as `%2E`.
    private static func isDots(_ segment: Substring) -> Bool {
        var dots = 0
        var rest = segment.utf8
        while let first = rest.first {
            if first == UInt8(ascii: ".") {
                rest = rest.dropFirst()
            } else if first == UInt8(ascii: "%"), String(Substring(rest.prefix(3))).lowercased() == "%2e" {
                rest = rest.dropFirst(3)
            } else {
                return false
            }
            dots += 1
        }
        return dots == 1 || dots == 2
    }
}
