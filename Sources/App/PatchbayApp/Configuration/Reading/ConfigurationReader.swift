import GatewayModel

/// Turns nodes into a configuration; each extension reads one key, and all of them go on after a mistake.
struct ConfigurationReader {
    let surroundings: ConfigurationSurroundings
    /// Relative paths of the file start here, so that every command finds the same files from any place.
    let folder: String
    var log = MistakeLog()

    mutating func configuration(
        _ root: YAMLNode, file: String?, overrides: ConfigurationOverrides
    ) -> Configuration? {
        let field = Field(path: "", node: root)
        guard var keys = field.section(&log, instead: "write `key: value` lines, like `listen: 127.0.0.1:8080`") else {
            return nil
        }
        let listen = listenAddress(keys.take("listen"), override: overrides.listen)
        let publicURLField = keys.take("publicURL")
        let publicURL = publicURLField.flatMap { publicURLValue($0) }
        let data = path(keys.take("data"), instead: "write a folder, like ./patchbay-data")
        let tls = tlsFiles(keys.take("tls"))
        let origins = origins(keys.take("origins"))
        let outbound = outbound(keys.take("outbound"))
        let identity = identityProviders(keys.take("identity"))
        let limits = limits(keys.take("limits"))
        let logging = logging(keys.take("log"), isJSON: overrides.isLogJSON)
        let upstreams = upstreams(keys.take("upstreams"))
        let servers = servers(keys.take("servers"), upstreams: upstreams)
        refuseWhatIsNotServedYet(&keys)
        keys.finish(&log)

        let offer = offer(servers: servers, upstreams: upstreams)
        checkReach(listen, servers: servers)
        checkAccounts(servers, upstreams)
        let url = publicURLField == nil ? derivedPublicURL(listen, tls: tls) : publicURL
        guard let listen = listen?.value, let offer, let url, log.isEmpty else { return nil }
        do throws(GatewayModelError) {
            let snapshot = try GatewaySnapshot(
                servers: offer.servers, upstreams: offer.upstreams,
                defaultServer: offer.defaultServer,
                publicURL: url, limits: limits.values, origins: origins)
            return Configuration(
                file: file, listen: listen, tls: tls, dataFolder: data ?? absolute("patchbay-data"),
                outbound: outbound, identity: identity, log: logging, eventLoops: limits.eventLoops, base: snapshot,
                isPublicURLWritten: publicURLField != nil)
        } catch {
            log.add(root.position, "", error.reason, "correct it")
            return nil
        }
    }

    private mutating func refuseWhatIsNotServedYet(_ keys: inout Section) {
        keys.refuse("database", &log, "remove the key; everything is kept in the SQLite file in the folder `data`")
        keys.refuse("trustedProxies", &log, "remove the key; no forwarded address is believed")
        keys.refuse("audit", &log, "remove the key; calls are in the log only")
        keys.refuse("node", &log, "remove the key; one process is the whole gateway")
    }

    /// A path as it is opened.
    func absolute(_ path: String) -> String {
        path.hasPrefix("/") || folder.isEmpty ? path : "\(folder)/\(path)"
    }

    /// A path for somebody who was started in another folder.
    func fromRoot(_ path: String) -> String {
        let path = absolute(path.hasPrefix("./") ? String(path.dropFirst(2)) : path)
        if path.hasPrefix("/") { return path }
        return (surroundings.currentFolder == "/" ? "" : surroundings.currentFolder) + "/" + path
    }
}

/// A value with the place that messages about it point to.
struct Written<Value> {
    let value: Value
    /// `nil` for a default or an option of the command line.
    let position: YAMLPosition?
    let path: String
}
