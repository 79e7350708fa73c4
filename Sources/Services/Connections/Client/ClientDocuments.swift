package import GatewayModel
package import JSONCoding

/// The documents under whose addresses we are a client of authorization servers that fetch them: one for each upstream, so that
/// the person who is asked reads what the access is for.
package struct ClientDocuments: Sendable {
    private let publicURL: PublicURL

    /// Of a gateway at this address.
    package init(publicURL: PublicURL) {
        self.publicURL = publicURL
    }

    /// Where the browser comes back to.
    package var redirectURI: String { publicURL.origin + "/connect/callback" }

    /// The path of an upstream's document.
    package static func path(of upstream: UpstreamName) -> String { "/oauth/client/\(upstream.text).json" }

    /// Our id for an upstream; nothing where nobody else could fetch the document.
    package func address(of upstream: UpstreamName) -> String? {
        guard publicURL.url.scheme == .https, !publicURL.url.host.isLoopback else { return nil }
        return publicURL.origin + Self.path(of: upstream)
    }

    /// The document of an upstream (OAuth Client ID Metadata Document, draft-00 section 4).
    package func document(of upstream: UpstreamName) -> JSONObject {
        var document: JSONObject = ["client_id": .string(publicURL.origin + Self.path(of: upstream))]
        for member in metadata.members { document[member.name] = member.value }
        document["client_name"] = .string("Patchbay (\(upstream.text))")
        document["token_endpoint_auth_method"] = "none"
        return document
    }

    /// What every registration says.
    var metadata: JSONObject {
        [
            "client_name": "Patchbay", "client_uri": .string(publicURL.origin),
            "redirect_uris": [.string(redirectURI)], "grant_types": ["authorization_code", "refresh_token"],
            "response_types": ["code"],
        ]
    }
}
