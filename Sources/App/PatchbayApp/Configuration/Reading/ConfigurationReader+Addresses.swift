import GatewayModel

/// Where clients come in: `listen`, `publicURL`, `origins`.
extension ConfigurationReader {
    mutating func listenAddress(_ field: Field?, override: String?) -> Written<ListenAddress>? {
        if let override {
            return listenAddress(override, position: nil, path: "--listen")
        }
        guard let field else {
            let address = NetworkAddress(host: .v4(.loopback), port: 8080)
            return Written(value: .tcp(address), position: nil, path: "listen")
        }
        if case .scalar(let scalar) = field.node.value, case .number = scalar.meaning {
            // A port by itself deserves the sentence about addresses, not the one about quotes.
            return listenAddress(scalar.text, position: field.position, path: field.path)
        }
        guard let text = field.text(&log, instead: Self.listenExample) else { return nil }
        return listenAddress(text, position: field.position, path: field.path)
    }

    private static var listenExample: String { "write 127.0.0.1:8080, [::1]:8080 or unix:/run/patchbay.sock" }

    private mutating func listenAddress(
        _ text: String, position: YAMLPosition?, path: String
    ) -> Written<ListenAddress>? {
        if text.hasPrefix("unix:") {
            let socket = absolute(String(text.dropFirst(5)))
            guard (1...ListenAddress.pathBytesMax).contains(socket.utf8.count), !text.hasSuffix("/"), text != "unix:",
                !socket.utf8.contains(0)
            else {
                log.add(
                    position, path, "\(quoted(text)) is not a socket file",
                    "write a path of at most \(ListenAddress.pathBytesMax) bytes, like unix:/run/patchbay.sock")
                return nil
            }
            return Written(value: .unix(path: socket), position: position, path: path)
        }
        do throws(GatewayModelError) {
            return Written(value: .tcp(try NetworkAddress(text)), position: position, path: path)
        } catch {
            let reason =
                error == .host ? "the host must be an IP address, IPv6 in brackets, or localhost" : error.reason
            log.add(position, path, "\(quoted(text)) is not an address to listen on: \(reason)", Self.listenExample)
            return nil
        }
    }

    mutating func publicURLValue(_ field: Field) -> PublicURL? {
        field.parsed(
            &log, noun: "a public URL", instead: "write scheme, host and port, like https://mcp.example.com",
            PublicURL.init)
    }

    /// The public URL that follows from the listener.
    mutating func derivedPublicURL(_ listen: Written<ListenAddress>?, tls: TLSFiles?) -> PublicURL? {
        guard let listen else { return nil }
        if let url = listen.value.publicURL(scheme: tls == nil ? .http : .https, boundPort: nil) { return url }
        log.add(
            listen.position, listen.path,
            "\(listen.value) is every interface, which is no address that a client can use",
            "add publicURL with the address that clients use, like http://192.0.2.10:8080")
        return nil
    }

    mutating func origins(_ field: Field?) -> [WebOrigin] {
        let instead = "write origins like https://app.example.com in brackets"
        var origins: [WebOrigin] = []
        for item in field?.items(&log, instead: instead) ?? [] {
            let origin = item.parsed(
                &log, noun: "a browser origin", instead: "write each origin by itself, like https://app.example.com",
                WebOrigin.init)
            guard let origin else { continue }
            if origins.contains(origin) {
                log.add(item.position, item.path, "\(origin) stands in the list a second time", "keep one of them")
            } else {
                origins.append(origin)
            }
        }
        return origins
    }
}
