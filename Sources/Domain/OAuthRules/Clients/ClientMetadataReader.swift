import GatewayModel
package import JSONCoding

/// Where metadata comes from, which decides what may stand in it.
package enum ClientMetadataSource: Sendable, Hashable {
    /// A document at the client's id: everybody can read it, so it has no secret.
    case document
    /// A registration, or what was kept of one.
    case registration
}

extension ClientMetadata {
    /// Reads an object. What we do not know is kept and means nothing (RFC 7591 section 2); what we know must be what it is
    /// supposed to be, and within its limits. An empty text counts as left out, because SDKs send such.
    package init(_ object: JSONObject, from source: ClientMetadataSource) throws(ClientMetadataError) {
        let reader = MemberReader(object)
        if source == .document { try reader.refuseSecrets() }
        redirectURIs = try reader.redirectURIs()
        name = try reader.text("client_name", bytesMax: ClientLimits.nameBytes)
        clientURI = try reader.url("client_uri")
        authMethods = try reader.authMethods(source)
        signingAlgorithm = try reader.text("token_endpoint_auth_signing_alg")
        grantTypes = try reader.grantTypes()
        scope = try reader.text("scope", bytesMax: ClientLimits.scopeBytes)
        applicationType = try reader.text("application_type")
        keys = try reader.keys()
        keysURI = try reader.url("jwks_uri")
        try reader.checkResponseTypes()
        others = try reader.others()
        // RFC 7591 section 2: both together are forbidden, since they could disagree.
        guard keys == nil || keysURI == nil else {
            throw .metadata("jwks and jwks_uri are both there; send one of them.")
        }
        guard authMethods != [.assertion] || keys != nil || keysURI != nil else {
            throw .metadata("private_key_jwt needs jwks or jwks_uri.")
        }
    }
}

/// The members of one object, each read by its own rule.
private struct MemberReader {
    private let object: JSONObject

    init(_ object: JSONObject) {
        self.object = object
    }

    func redirectURIs() throws(ClientMetadataError) -> [RedirectURI] {
        guard let list = object["redirect_uris"]?.arrayValue, !list.isEmpty else {
            throw .redirect("redirect_uris must be a list with at least one URI.")
        }
        guard list.count <= ClientLimits.redirectURIs else {
            throw .redirect("redirect_uris has more than \(ClientLimits.redirectURIs) entries.")
        }
        var found: [RedirectURI] = []
        for entry in list {
            guard let text = entry.stringValue else { throw .redirect("redirect_uris must be a list of texts.") }
            let uri = try RedirectURI(text)
            if !found.contains(uri) { found.append(uri) }
        }
        return found
    }

    /// The singular member and the list together, because some clients prefer one way and are ready for another.
    func authMethods(_ source: ClientMetadataSource) throws(ClientMetadataError) -> [ClientAuthMethod] {
        var names: [String] = []
        if let one = try text("token_endpoint_auth_method") { names.append(one) }
        names += try list("token_endpoint_auth_methods_supported")
        if names.isEmpty { return [.none] }
        var methods: [ClientAuthMethod] = []
        for method in names.compactMap({ ClientAuthMethod(rawValue: $0) }) where !methods.contains(method) {
            // Draft section 4.1: a document must not ask for a method with a secret, which it has no way to get.
            if source == .registration || !method.usesSecret { methods.append(method) }
        }
        guard !methods.isEmpty else {
            let known = ClientAuthMethod.allCases.filter { source == .registration || !$0.usesSecret }
            throw .metadata(
                "token_endpoint_auth_method \(quoted(names[0])) is not served here; use one of "
                    + known.map(\.rawValue).joined(separator: ", ") + ".")
        }
        // Who registers for a secret gets one, and is never let in without it.
        if methods[0].usesSecret { return [methods[0]] }
        return methods.filter { !$0.usesSecret }
    }

    func grantTypes() throws(ClientMetadataError) -> [String] {
        let asked = try list("grant_types")
        if asked.isEmpty { return ["authorization_code"] }
        let served = ClientMetadata.servedGrants.filter { asked.contains($0) }
        // Nothing begins without a code here; RFC 7591 section 2 lets a server replace what it does not serve.
        guard served.contains("authorization_code") else {
            throw .metadata("grant_types must contain authorization_code; others are not served here alone.")
        }
        return served
    }

    func checkResponseTypes() throws(ClientMetadataError) {
        let asked = try list("response_types")
        guard asked.isEmpty || asked.contains("code") else {
            throw .metadata("response_types must contain code; nothing else is served here.")
        }
    }

    func keys() throws(ClientMetadataError) -> JSONObject? {
        guard let value = object["jwks"], !value.isNull else { return nil }
        guard let set = value.objectValue, let keys = set["keys"]?.arrayValue else {
            throw .metadata("jwks must be an object with a list named keys.")
        }
        guard keys.count <= ClientLimits.keys, JSONWriter.bytes(of: value).count <= ClientLimits.keysBytes else {
            throw .metadata("jwks has more than \(ClientLimits.keys) keys or \(ClientLimits.keysBytes) bytes.")
        }
        for key in keys {
            guard let key = key.objectValue else { throw .metadata("jwks must be a list of objects.") }
            // RFC 7517 section 9.3: whoever sees these could sign as the client.
            guard key["d"] == nil, key["k"] == nil, key["p"] == nil else {
                throw .metadata("jwks has private parts of keys; publish the public parts only, and make new keys.")
            }
        }
        return set
    }

    /// Draft section 4.1: neither a secret nor its end may stand where everybody can read it.
    func refuseSecrets() throws(ClientMetadataError) {
        for name in ["client_secret", "client_secret_expires_at"] where object[name] != nil {
            throw .metadata("The document has \(name); remove it, everybody can read it.")
        }
    }

    func text(_ name: String, bytesMax: Int = ClientLimits.textBytes) throws(ClientMetadataError) -> String? {
        guard let value = object[name], !value.isNull else { return nil }
        guard let text = value.stringValue else { throw .metadata("\(name) must be a text.") }
        guard text.utf8.count <= bytesMax else { throw .metadata("\(name) is longer than \(bytesMax) bytes.") }
        return text.isEmpty ? nil : text
    }

    func url(_ name: String) throws(ClientMetadataError) -> HTTPURL? {
        guard let text = try text(name, bytesMax: ClientLimits.urlBytes) else { return nil }
        do throws(GatewayModelError) {
            return try HTTPURL(text)
        } catch {
            throw .metadata("\(name) is not a usable URL: \(error.reason).")
        }
    }

    func list(_ name: String) throws(ClientMetadataError) -> [String] {
        guard let value = object[name], !value.isNull else { return [] }
        guard let list = value.arrayValue, list.count <= ClientLimits.listEntries else {
            throw .metadata("\(name) must be a list of at most \(ClientLimits.listEntries) texts.")
        }
        var texts: [String] = []
        for entry in list {
            guard let text = entry.stringValue, text.utf8.count <= ClientLimits.textBytes else {
                throw .metadata("\(name) must be a list of texts of at most \(ClientLimits.textBytes) bytes.")
            }
            texts.append(text)
        }
        return texts
    }

    /// The rest in its order, as far as it fits: what we check but do not use, and what we do not know.
    func others() throws(ClientMetadataError) -> JSONObject {
        for name in ["logo_uri", "tos_uri", "policy_uri"] { _ = try url(name) }
        for name in ["software_id", "software_version"] { _ = try text(name) }
        _ = try list("contacts")
        var kept: [JSONObject.Member] = []
        var bytes = 0
        for member in object.members where !Self.read.contains(member.name) {
            guard !kept.contains(where: { $0.name == member.name }) else { continue }
            let count = member.name.utf8.count + JSONWriter.bytes(of: member.value).count
            guard bytes + count <= ClientLimits.unknownBytes else { continue }
            bytes += count
            kept.append(member)
        }
        return JSONObject(kept)
    }

    /// What has a property of its own, and what the server alone may say about a client (RFC 7591 section 3.2.1, RFC 7592
    /// section 3). A software statement is ignored, as RFC 7591 section 2.3 has it for servers that trust nobody's.
    private static let read: Set = [
        "redirect_uris", "client_name", "client_uri", "token_endpoint_auth_method",
        "token_endpoint_auth_methods_supported",
        "token_endpoint_auth_signing_alg", "grant_types", "response_types", "scope", "application_type", "jwks",
        "jwks_uri",
        "client_id", "client_secret", "client_id_issued_at", "client_secret_expires_at", "registration_access_token",
        "registration_client_uri", "software_statement",
    ]
}
