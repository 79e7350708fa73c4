import GatewayModel

/// What a remote upstream wants to see: the key `auth`.
extension ConfigurationReader {
    mutating func upstreamAuth(_ field: Field?) -> UpstreamAuth? {
        let example =
            "write { mode: none }, { mode: key, secret: { env: NAME } }, { mode: shared-oauth } or { mode: user-oauth }"
        guard let field else { return UpstreamAuth.none }
        guard var keys = field.section(&log, instead: example) else { return nil }
        guard let modeField = keys.require("mode", &log, instead: example),
            let mode = modeField.text(&log, instead: example)
        else { return nil }
        switch mode {
        case "none":
            keys.finish(&log)
            return UpstreamAuth.none
        case "key": return upstreamKey(keys, field).map { .key($0) }
        case "shared-oauth": return upstreamOAuth(keys, field).map { .sharedOAuth($0) }
        case "user-oauth": return upstreamOAuth(keys, field).map { .userOAuth($0) }
        default:
            log.add(
                modeField.position, modeField.path, "\(quoted(mode)) is not a way to sign in at an upstream",
                Suggestion.nearest(to: mode, among: ["none", "key", "shared-oauth", "user-oauth"])
                    .map { "did you mean `\($0)`?" } ?? example)
            return nil
        }
    }

    private mutating func upstreamKey(_ keys: consuming Section, _ field: Field) -> UpstreamKey? {
        let secret = keys.require("secret", &log, instead: "write where the key is: { env: NAME } or { file: PATH }")
            .flatMap { self.secret($0) }
        let header = keys.take("header")
        let prefix = keys.take("prefix")
        let query = keys.take("query")
        keys.finish(&log)
        let place: UpstreamKey.Place?
        switch (header, query) {
        case (.some, let query?):
            log.add(query.position, query.path, "a key goes to one place", "keep `header` or `query`")
            place = nil
        case (nil, let query?):
            if let prefix {
                log.add(prefix.position, prefix.path, "only a header has a prefix", "remove the key `prefix`")
            }
            place = fieldName(query, noun: "the name of a parameter", example: "api_key").map { .query(name: $0) }
        case (let header, nil):
            place = keyHeader(header, prefix)
        }
        guard let place, let secret else { return nil }
        return UpstreamKey(place: place, secret: secret)
    }

    /// `Authorization: Bearer KEY` unless something else is written; a header of another name has no prefix by itself.
    private mutating func keyHeader(_ header: Field?, _ prefix: Field?) -> UpstreamKey.Place? {
        let name = header.map { fieldName($0, noun: "the name of a header", example: "X-API-Key") } ?? "Authorization"
        guard let name else { return nil }
        guard let prefix else {
            return .header(name: name, prefix: name.lowercased() == "authorization" ? "Bearer " : "")
        }
        let instead = "write what stands before the key, like \"Token \""
        guard let text = prefix.text(&log, instead: instead) else { return nil }
        guard text.utf8.count <= 64, text.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
            log.add(prefix.position, prefix.path, "a prefix has at most 64 characters of ASCII", instead)
            return nil
        }
        return .header(name: name, prefix: text)
    }

    /// Headers that would change what the request is are ours alone.
    private static let ownHeaders: Set = [
        "host", "content-length", "content-type", "transfer-encoding", "connection", "accept", "te", "trailer",
        "upgrade",
        "expect", "mcp-session-id", "mcp-protocol-version", "mcp-method", "mcp-name",
    ]

    private mutating func fieldName(_ field: Field, noun: String, example: String) -> String? {
        let instead = "write it by itself, like \(example)"
        guard let text = field.text(&log, instead: instead) else { return nil }
        let isName = (1...64).contains(text.utf8.count) && text.utf8.allSatisfy { isNameByte($0) }
        guard isName, !Self.ownHeaders.contains(text.lowercased()) else {
            log.add(field.position, field.path, "\(quoted(text)) cannot be \(noun)", instead)
            return nil
        }
        return text
    }

    private func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
            true
        default: false
        }
    }

    private mutating func upstreamOAuth(_ keys: consuming Section, _ field: Field) -> UpstreamOAuth? {
        let mistakes = log.count
        var oauth = UpstreamOAuth()
        oauth.clientID = keys.take("clientID").flatMap { shortText($0, noun: "a client id") }
        let secretField = keys.take("clientSecret")
        oauth.clientSecret = secretField.flatMap { secret($0) }
        oauth.authorizationURL = keys.take("authorizationURL").flatMap { endpoint($0, "authorize") }
        oauth.tokenURL = keys.take("tokenURL").flatMap { endpoint($0, "token") }
        oauth.scopes = scopes(keys.take("scopes"))
        oauth.isRequired = keys.take("required").flatMap { $0.flag(&log) } ?? true
        keys.finish(&log)
        guard log.count == mistakes else { return nil }
        if let secretField, oauth.clientID == nil {
            log.add(
                secretField.position, secretField.path, "a secret belongs to a client id",
                "add clientID with the id that you registered at the upstream")
        }
        if (oauth.authorizationURL == nil) != (oauth.tokenURL == nil) {
            log.add(
                field.position, field.path, "authorizationURL and tokenURL come together",
                "write both, or none where the upstream has metadata")
        } else if oauth.authorizationURL != nil, oauth.clientID == nil {
            log.add(
                field.position, field.path, "without metadata nobody can register by itself",
                "add clientID, and clientSecret if there is one")
        }
        return log.count == mistakes ? oauth : nil
    }

    private mutating func endpoint(_ field: Field, _ word: String) -> HTTPURL? {
        field.parsed(
            &log, noun: "a URL that can be called", instead: "write it whole, like https://login.example/\(word)",
            HTTPURL.init)
    }

    mutating func scopes(_ field: Field?) -> [String] {
        let instead = "put them in brackets, like [read, write]"
        return (field?.items(&log, instead: instead) ?? []).compactMap { item in
            guard let text = item.text(&log, instead: instead) else { return nil }
            // RFC 6749, 3.3: scope-token.
            let isToken = text.utf8.allSatisfy {
                (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\")
            }
            guard (1...256).contains(text.utf8.count), isToken else {
                log.add(item.position, item.path, "\(quoted(text)) is not a scope", instead)
                return nil
            }
            return text
        }
    }

    /// One line that is shown to nobody but programs.
    mutating func shortText(_ field: Field, noun: String) -> String? {
        let instead = "write \(noun) in one line"
        guard let text = field.text(&log, instead: instead) else { return nil }
        guard (1...2_000).contains(text.utf8.count), text.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
            log.add(field.position, field.path, "this is not \(noun)", instead)
            return nil
        }
        return text
    }
}
