import GatewayModel

/// A server of the file with what the listener's reach has to do with it.
struct ServerRead {
    let definition: VirtualServerDefinition
    let isPublic: Bool
    /// Where `auth` stands.
    let auth: Field
}

/// What the key `servers` says.
struct ServersRead {
    /// Those without a mistake, in the order of the file.
    var servers: [ServerRead] = []
    /// How many the file has; zero means the default.
    var declared = 0
    /// Where the key stands.
    var position: YAMLPosition?
}

extension ConfigurationReader {
    mutating func servers(_ field: Field?, upstreams: UpstreamsRead) -> ServersRead {
        var read = ServersRead()
        let example =
            "write a name and below it `upstreams` and `auth`, like `default: { upstreams: [board], auth: none }`"
        guard let field, !field.isEmpty else { return read }
        read.position = field.position
        read.declared = 1
        guard let section = field.section(&log, instead: example) else { return read }
        read.declared = section.named.count
        for (name, value) in section.named {
            let slug = parsedName(name, noun: "a name for a server", limit: ServerSlug.bytesMax, ServerSlug.init)
            guard let keys = value.section(&log, instead: example) else { continue }
            if let server = server(keys, slug: slug, upstreams: upstreams) { read.servers.append(server) }
        }
        return read
    }

    private mutating func server(
        _ keys: consuming Section, slug: ServerSlug?, upstreams: UpstreamsRead
    ) -> ServerRead? {
        let title = keys.take("title").flatMap { titleText($0) }
        let names = keys.require("upstreams", &log, instead: "write the name of an upstream in brackets, like [board]")
            .flatMap { upstreamNames($0, upstreams: upstreams) }
        let naming = keys.take("naming").flatMap { $0.choice(&log, among: ToolNaming.self, word: \.rawValue) }
        refuseUpdates(keys.take("updates"))
        let groups = keys.take("groups")
        let tools = keys.take("tools")
        let access = serverAccess(groups: groups, tools: tools)
        let isPublic = keys.take("public").flatMap { $0.flag(&log) } ?? false
        let auth = keys.require("auth", &log, instead: "write `auth: oauth`, or `auth: none` where nobody signs in")
        let mode = auth.flatMap { $0.choice(&log, among: ServerAuthMode.self, word: \.rawValue) }
        let external = keys.take("external")
        let issuer = external.flatMap { externalIssuer($0) }
        keys.finish(&log)
        guard let slug, let names, let auth, let mode else { return nil }
        checkMode(mode, auth, groups: groups, tools: tools, access, external)
        let definition = VirtualServerDefinition(
            slug: slug, title: title ?? slug.text, upstreams: names, naming: naming ?? .plain, updates: .follow,
            auth: mode, externalIssuer: issuer, access: access)
        return ServerRead(definition: definition, isPublic: isPublic, auth: auth)
    }

    private mutating func titleText(_ field: Field) -> String? {
        let instead = "write a short name for people"
        guard let text = field.text(&log, instead: instead) else { return nil }
        let isShowable = text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
        guard (1...200).contains(text.utf8.count), isShowable else {
            log.add(field.position, field.path, "a title has 1 to 200 bytes in one line", instead)
            return nil
        }
        return text
    }

    /// In the operator's order, which decides who has a name first.
    private mutating func upstreamNames(_ field: Field, upstreams: UpstreamsRead) -> [UpstreamName]? {
        guard let items = field.items(&log, instead: "put the name in brackets, like [board]") else { return nil }
        guard !items.isEmpty else {
            log.add(field.position, field.path, "a server needs an upstream", "name one, like [board]")
            return nil
        }
        var names: [UpstreamName] = []
        for item in items {
            guard let name = upstreamName(item, upstreams: upstreams) else { continue }
            if names.contains(name) {
                log.add(item.position, item.path, "\(name) stands in the list a second time", "keep one of them")
            } else {
                names.append(name)
            }
        }
        return names.count == items.count ? names : nil
    }

    private mutating func upstreamName(_ item: Field, upstreams: UpstreamsRead) -> UpstreamName? {
        guard let text = item.text(&log, instead: "write the name of an upstream") else { return nil }
        guard upstreams.declared.contains(text) || !upstreams.isComplete else {
            // Only well-formed names are proposed: the others have their own mistake, and may hold anything.
            let names = upstreams.declared.filter { (try? UpstreamName($0)) != nil }.sorted()
            let instead =
                Suggestion.nearest(to: text, among: names).map { "did you mean `\($0)`?" }
                ?? (names.isEmpty
                    ? "define it under `upstreams`"
                    : "define it under `upstreams`, or name \(alternatives(Array(names.prefix(10))))")
            log.add(item.position, item.path, "there is no upstream \(quoted(text))", instead)
            return nil
        }
        return try? UpstreamName(text)
    }

    private mutating func refuseUpdates(_ field: Field?) {
        guard let field, let updates = field.choice(&log, among: DefinitionUpdates.self, word: \.rawValue) else {
            return
        }
        switch updates {
        case .follow: return
        case .pinned:
            log.add(
                field.position, field.path, "pinned definitions are not in this version yet",
                "write `follow`; what an upstream changes is seen at once")
        }
    }

    /// What only some modes have a meaning for is a mistake elsewhere: nobody shall believe that it protects something.
    private mutating func checkMode(
        _ mode: ServerAuthMode, _ auth: Field, groups: Field?, tools: Field?, _ access: ServerAccess, _ external: Field?
    ) {
        if mode == .external, external == nil {
            log.add(
                auth.position, auth.path, "whose tokens are taken is not said",
                "add `external: { issuer: https://login.example }`")
        } else if mode != .external, let external {
            log.add(
                external.position, external.path, "only `auth: external` takes tokens of another issuer",
                "remove the key, or write `auth: external`")
        }
        if mode == .none, let place = access.groups.isEmpty ? (access.tools.isEmpty ? nil : tools) : groups {
            log.add(
                place.position, place.path, "with `auth: none` nobody signs in, so nobody is in a group",
                "write `auth: oauth`, or remove the groups")
        }
        if mode != .mixed, !access.openTools.isEmpty, let tools {
            log.add(
                tools.position, tools.path, "only `auth: mixed` has tools that need no token",
                "write `auth: mixed`, or remove `open`")
        }
    }
}
