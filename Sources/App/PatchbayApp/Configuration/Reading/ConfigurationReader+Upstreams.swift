import GatewayModel

/// What the key `upstreams` says.
struct UpstreamsRead {
    /// Those without a mistake, in the order of the file.
    var definitions: [UpstreamDefinition] = []
    /// All names, so that a server that names one with a mistake is not blamed as well.
    var declared: Set<String> = []
    /// Whether `declared` is all there is, which a value of the wrong shape leaves open.
    var isComplete = true
    /// Where the key stands, when it says something.
    var place: Field?
}

extension ConfigurationReader {
    mutating func upstreams(_ field: Field?) -> UpstreamsRead {
        var read = UpstreamsRead()
        guard let field, !field.isEmpty else { return read }
        read.place = field
        guard
            let section = field.section(
                &log, instead: "write a name and below it what it is, like `board: { kind: builtin, app: kanban }`")
        else {
            read.isComplete = false
            return read
        }
        for (name, value) in section.named {
            read.declared.insert(name.text)
            let parsed = parsedName(
                name, noun: "a name for an upstream", limit: UpstreamName.bytesMax, UpstreamName.init)
            if name.text == "callback" {
                log.add(
                    name.position, name.path, "the name callback is that of an address of ours, /connect/callback",
                    "choose another name")
            }
            let kind = upstreamKind(value)
            if let parsed, let kind { read.definitions.append(UpstreamDefinition(name: parsed, kind: kind)) }
        }
        return read
    }

    /// A key that is a name of the operator's choice.
    mutating func parsedName<Value>(
        _ name: Section.Name, noun: String, limit: Int, _ parse: (String) throws(GatewayModelError) -> Value
    ) -> Value? {
        do throws(GatewayModelError) {
            return try parse(name.text)
        } catch {
            log.add(
                name.position, name.path, "\(quoted(name.text)) is not \(noun): \(error.reason)",
                "use lower-case letters, digits and inner hyphens, at most \(limit)")
            return nil
        }
    }

    private mutating func upstreamKind(_ field: Field) -> UpstreamKind? {
        let example =
            "write `kind: http` with a `url`, `kind: stdio` with a `command`, or `kind: builtin` with an `app`"
        guard var keys = field.section(&log, instead: example),
            let kindField = keys.require("kind", &log, instead: example),
            let word = kindField.text(&log, instead: example)
        else { return nil }
        let served = ["http", "sse", "stdio", "builtin"]
        switch word {
        case "http": return remoteUpstream(keys, example: "https://weather.example/mcp").map { .http($0) }
        case "sse": return remoteUpstream(keys, example: "https://weather.example/sse").map { .sse($0) }
        case "stdio": return processUpstream(keys).map { .stdio($0) }
        case "builtin": return builtinUpstream(keys)
        case "openapi":
            log.add(
                kindField.position, kindField.path, "the kind `\(word)` is not in this version yet",
                "use an upstream of kind \(alternatives(served))")
        default:
            log.add(
                kindField.position, kindField.path, "\(quoted(word)) is not a kind of upstream",
                Suggestion.nearest(to: word, among: served).map { "did you mean `\($0)`?" } ?? example)
        }
        return nil
    }

    private mutating func builtinUpstream(_ keys: consuming Section) -> UpstreamKind? {
        let words = surroundings.builtinApps.map(\.text)
        let example = "write app: \(alternatives(words))"
        let app = keys.require("app", &log, instead: example).flatMap { builtinApp($0, example: example) }
        keys.finish(&log)
        return app.map { .builtin(app: $0) }
    }

    private mutating func builtinApp(_ field: Field, example: String) -> BuiltinAppName? {
        guard let word = field.text(&log, instead: example) else { return nil }
        if let app = surroundings.builtinApps.first(where: { $0.text == word }) { return app }
        log.add(field.position, field.path, "there is no built-in app \(quoted(word))", example)
        return nil
    }
}
