import Cryptography
import Telemetry
import Testing

/// A server with a certificate and a client that trusts whom it is told to.
private struct Setting {
    let files: TemporaryCertificates
    let wire = Wire()

    init(for names: String? = "DNS:api.example.test", extensions: [String] = []) throws {
        files = try TemporaryCertificates()
        try files.makeAuthority()
        try files.makeCertificate(for: names, extensions: extensions)
    }

    func server(_ name: String = "server") throws -> TLSServerContext {
        try TLSServerContext(certificateFile: files.path("\(name).pem"), keyFile: files.path("\(name).key"))
    }

    func client(trusting file: String? = "ca.pem") throws -> TLSClientContext {
        try TLSClientContext(additionalAuthoritiesFile: file.map(files.path))
    }

    /// What the client says about the server's certificate when it wanted to reach `host`.
    func clientStep(host: String, trusting file: String? = "ca.pem", certificate: String = "server") throws -> TLSStep {
        let server = try TLSConnection(server: try server(certificate), descriptor: wire.server)
        let client = try TLSConnection(client: try client(trusting: file), host: host, descriptor: wire.client)
        return shakeHands(server, client).client
    }
}

private func refused(_ host: String, _ problem: CertificateProblem) -> TLSStep {
    .failed(.peerRefused(host: host, problem: problem))
}

@Suite struct `A TLS handshake` {
    @Test func `agrees on the newest version and on http/1.1, and then carries bytes both ways`() throws {
        let setting = try Setting()
        let server = try TLSConnection(server: try setting.server(), descriptor: setting.wire.server)
        let client = try TLSConnection(
            client: try setting.client(), host: "api.example.test", descriptor: setting.wire.client)
        #expect(client.negotiatedProtocol == nil)
        #expect(shakeHands(server, client) == (.done, .done))
        for side in [server, client] {
            #expect(side.protocolVersion == "TLSv1.3")
            #expect(side.negotiatedProtocol == "http/1.1")
        }
        #expect(client.send("ping") == .bytes(4))
        #expect(server.receive() == ("ping", .bytes(4)))
        #expect(server.receive().step == .wantsRead)
        #expect(server.send("pong!") == .bytes(5))
        #expect(client.receive() == ("pong!", .bytes(5)))
    }

    @Test(arguments: [
        ("api.example.test", "DNS:api.example.test"), ("API.Example.TEST.", "DNS:api.example.test"),
        ("api.example.test", "DNS:*.example.test"), ("second.test", "DNS:first.test,DNS:second.test"),
        ("127.0.0.1", "IP:127.0.0.1"), ("::1", "IP:::1"), ("[::1]", "IP:::1"), ("0:0:0:0:0:0:0:1", "IP:::1"),
    ])
    func `accepts a certificate that names the host`(host: String, names: String) throws {
        #expect(try Setting(for: names).clientStep(host: host) == .done)
    }

    @Test(arguments: [
        ("api.example.test", "DNS:other.example.test", ["other.example.test"]),
        ("a.b.example.test", "DNS:*.example.test", ["*.example.test"]),
        ("example.test", "DNS:*.example.test", ["*.example.test"]),
        ("api.example.test", "DNS:a*.example.test", ["a*.example.test"]),
        ("127.0.0.1", "IP:127.0.0.2", ["127.0.0.2"]), ("127.0.0.1", "DNS:127.0.0.1", ["127.0.0.1"]),
        ("127.0.0.1", "DNS:*.0.0.1", ["*.0.0.1"]), ("::1", "IP:::2", ["0:0:0:0:0:0:0:2"]),
        ("localhost", "IP:127.0.0.1", ["127.0.0.1"]), ("api.example.test", "email:a@api.example.test", []),
    ])
    func `refuses a certificate for another name and says whose it is`(host: String, names: String, shown: [String])
        throws
    {
        #expect(try Setting(for: names).clientStep(host: host) == refused(host, .otherNames(shown)))
    }

    @Test func `does not take the common name for a name`() throws {
        #expect(
            try Setting(for: nil).clientStep(host: "api.example.test") == refused("api.example.test", .otherNames([])))
    }

    @Test func `refuses a certificate whose time is over`() throws {
        let setting = try Setting()
        try setting.files.makeExpiredCertificate("old", for: "DNS:api.example.test")
        let facts = try setting.server("old").certificate
        #expect(facts.isExpired(at: Timestamp.now()))
        #expect(!facts.isExpired(at: facts.notAfter))
        #expect(facts.isExpired(at: Timestamp(seconds: facts.notAfter.seconds + 1)))
        #expect(facts.names == ["api.example.test"])
        let step = try setting.clientStep(host: "api.example.test", certificate: "old")
        #expect(step == refused("api.example.test", .expired(facts.notAfter)))
    }

    @Test func `refuses an authority that nobody trusts, and names it`() throws {
        let setting = try Setting()
        let step = try setting.clientStep(host: "api.example.test", trusting: nil)
        #expect(step == refused("api.example.test", .unknownIssuer("CN=Authority ca")))
    }

    @Test func `refuses a certificate that signed itself, unless it is given as trusted`() throws {
        let setting = try Setting()
        try setting.files.makeCertificate("self", for: "DNS:api.example.test", by: nil)
        let step = try setting.clientStep(host: "api.example.test", certificate: "self")
        #expect(step == refused("api.example.test", .selfSigned))
        let again = try Setting()
        try again.files.makeCertificate("self", for: "DNS:api.example.test", by: nil)
        #expect(try again.clientStep(host: "api.example.test", trusting: "self.pem", certificate: "self") == .done)
    }

    @Test func `uses the chain that stands behind the certificate, and trusts an intermediate that is given`() throws {
        for (isChained, trusted, expected) in [
            (true, "ca.pem", true), (false, "ca.pem", false), (false, "middle.pem", true),
        ] {
            let setting = try Setting()
            try setting.files.makeCertificate("middle", for: nil, extensions: ["basicConstraints=critical,CA:TRUE"])
            try setting.files.makeCertificate("leaf", for: "DNS:api.example.test", by: "middle")
            if isChained {
                let chain = setting.files.text(of: "leaf.pem") + setting.files.text(of: "middle.pem")
                setting.files.write(chain, to: "leaf.pem")
            }
            let step = try setting.clientStep(host: "api.example.test", trusting: trusted, certificate: "leaf")
            #expect((step == .done) == expected, "\(step)")
        }
    }

    @Test func `refuses a certificate that may only be a client's`() throws {
        let setting = try Setting(extensions: ["extendedKeyUsage=clientAuth"])
        guard case .failed(.peerRefused(_, .other)) = try setting.clientStep(host: "api.example.test") else {
            Issue.record("a certificate for clients was accepted")
            return
        }
    }

    @Test func `tells the server by an alert that its certificate was refused`() throws {
        let setting = try Setting()
        let server = try TLSConnection(server: try setting.server(), descriptor: setting.wire.server)
        let client = try TLSConnection(
            client: try setting.client(trusting: nil), host: "api.example.test", descriptor: setting.wire.client)
        _ = shakeHands(server, client)
        let step = server.receive().step
        #expect(step == .failed(.alertReceived("tlsv1 alert unknown ca")))
        #expect(server.handshake() == step)
        #expect(client.send("x") == client.handshake())
    }

    @Test(arguments: [
        "", ".", "[]", "a b", "host\u{0}.example.test", "höst", "http://x", "a/b", String(repeating: "a", count: 254),
    ])
    func `does not begin for a host that is none`(host: String) throws {
        let client = try TLSClientContext()
        let wire = Wire()
        #expect(throws: CryptographyError.hostInvalid(host)) {
            try TLSConnection(client: client, host: host, descriptor: wire.client)
        }
    }

    @Test func `begins for the longest name that may be`() throws {
        let wire = Wire()
        let host = Array(repeating: String(repeating: "a", count: 49), count: 5).joined(separator: ".") + ".abc"
        #expect(host.utf8.count == 253)
        let client = try TLSConnection(client: try TLSClientContext(), host: host, descriptor: wire.client)
        #expect(client.handshake() == .wantsRead)
    }
}

@Suite struct `A reload of the certificate` {
    @Test func `is for new handshakes, while connections live on`() throws {
        let setting = try Setting()
        let context = try setting.server()
        let oldServer = try TLSConnection(server: context, descriptor: setting.wire.server)
        let oldClient = try TLSConnection(
            client: try setting.client(), host: "api.example.test", descriptor: setting.wire.client)
        #expect(shakeHands(oldServer, oldClient) == (.done, .done))

        try setting.files.makeAuthority("ca2")
        try setting.files.makeCertificate(for: "DNS:new.example.test", by: "ca2")
        try context.reload()
        #expect(context.certificate.names == ["new.example.test"])

        for (file, expected) in [
            ("ca2.pem", TLSStep.done), ("ca.pem", refused("new.example.test", .unknownIssuer("CN=Authority ca2"))),
        ] {
            let wire = Wire()
            let server = try TLSConnection(server: context, descriptor: wire.server)
            let client = try TLSConnection(
                client: try setting.client(trusting: file), host: "new.example.test", descriptor: wire.client)
            #expect(shakeHands(server, client).client == expected)
        }
        #expect(oldClient.send("still here") == .bytes(10))
        #expect(oldServer.receive().text == "still here")
    }

    @Test func `that fails leaves what was`() throws {
        let setting = try Setting()
        let context = try setting.server()
        let before = context.certificate
        try setting.files.makeAuthority("other")
        setting.files.write(setting.files.text(of: "other.key"), to: "server.key")
        #expect(
            throws: CryptographyError.keyMismatch(
                certificate: setting.files.path("server.pem"), key: setting.files.path("server.key"))
        ) { try context.reload() }
        setting.files.write("", to: "server.pem")
        #expect(throws: CryptographyError.notPEM(path: setting.files.path("server.pem"), expected: .certificate)) {
            try context.reload()
        }
        #expect(context.certificate == before)
        let server = try TLSConnection(server: context, descriptor: setting.wire.server)
        let client = try TLSConnection(
            client: try setting.client(), host: "api.example.test", descriptor: setting.wire.client)
        #expect(shakeHands(server, client) == (.done, .done))
    }
}
