import GatewayModel
import Telemetry
import Testing

@testable import PatchbayApp

@Suite struct `A configuration file` {
    @Test(arguments: ConfigurationCases.refused)
    func `with mistakes gets a line for each of them`(name: String) throws {
        let expected = try ConfigurationCases.text("refused", name, "txt")
        let lines = mistakes(try ConfigurationCases.bytes("refused", name))
        #expect(lines.map { "\($0)\n" }.joined() == expected)
        #expect(!lines.isEmpty)
    }

    @Test(arguments: ConfigurationCases.accepted)
    func `without mistakes is served as its summary says`(name: String) throws {
        let configuration = try Configuration.read(
            try ConfigurationCases.bytes("accepted", name), file: "patchbay.yaml",
            surroundings: ConfigurationCases.surroundings())
        // The summary is internal to the commands; the file beside the case is what `patchbay check` prints.
        #expect(ConfigurationSummary(configuration).text == (try ConfigurationCases.text("accepted", name, "txt")))
    }

    @Test func `is looked for in the folder of the tests`() {
        #expect(ConfigurationCases.refused.count > 50)
        #expect(ConfigurationCases.accepted.count > 8)
    }

    @Test(arguments: ConfigurationCases.refused)
    func `never shows a secret in what it says about mistakes`(name: String) throws {
        let text = mistakes(try ConfigurationCases.bytes("refused", name)).joined()
        #expect(!text.contains("hunter2"))
        #expect(!text.contains("MIIEvQ"))
    }

    @Test func `gives the process what it needs besides`() throws {
        let everything = try Configuration.read(
            try ConfigurationCases.bytes("accepted", "everything"), file: "patchbay.yaml",
            surroundings: ConfigurationCases.surroundings())
        #expect(everything.eventLoops == 2)
        #expect(everything.log == LogSettings(level: .debug, format: .json))
        #expect(everything.tls == TLSFiles(certificateFile: "cert.pem", keyFile: "key.pem"))
        #expect(everything.outbound.authoritiesFile == "cert.pem")
        #expect(everything.dataFolder == "/var/lib/patchbay")
        let snapshot = everything.snapshot()
        #expect(snapshot.limits.bodyBytes == 20 * 1024 * 1024)
        #expect(snapshot.limits.headTime == .seconds(5))
        #expect(snapshot.origins.map(\.text) == ["https://app.example.com", "vscode-webview://panel"])
    }

    @Test func `may be absent, and then a board is served on this machine alone`() throws {
        let configuration = try Configuration.defaults(surroundings: ConfigurationCases.surroundings())
        #expect(configuration.listen.description == "127.0.0.1:8080")
        #expect(configuration.listen.isLoopback)
        #expect(configuration.tls == nil)
        #expect(configuration.eventLoops == nil)
        let snapshot = configuration.snapshot()
        #expect(snapshot.servers.map(\.slug) == [.default])
        #expect(snapshot.defaultServer.naming == .plain)
        #expect(snapshot.defaultServer.auth == .none)
        #expect(snapshot.upstreams.map(\.kind) == [.builtin(app: .kanban)])
        #expect(snapshot.publicURL.origin == "http://127.0.0.1:8080")
    }

    @Test func `that asks for any port is reached at the one that was bound`() throws {
        let configuration = try configuration("listen: 127.0.0.1:0\n")
        let snapshot = configuration.snapshot(boundPort: 40_123)
        #expect(snapshot.publicURL.origin == "http://127.0.0.1:40123")
        #expect(snapshot.isOwnHost("localhost:40123"))
    }

    @Test func `keeps the public URL that it states, whatever port was bound`() throws {
        let configuration = try configuration("listen: 127.0.0.1:0\npublicURL: https://mcp.example.com\n")
        #expect(configuration.snapshot(boundPort: 40_123).publicURL.origin == "https://mcp.example.com")
    }

    @Test func `gives way to the address on the command line`() throws {
        let overrides = ConfigurationOverrides(listen: "[::1]:9000", isLogJSON: true)
        let configuration = try configuration("listen: 127.0.0.1:8080\n", overrides: overrides)
        #expect(configuration.listen.description == "[::1]:9000")
        #expect(configuration.log.format == .json)
        #expect(
            mistakes("", overrides: ConfigurationOverrides(listen: "example.com:1")) == [
                "--listen: \"example.com:1\" is not an address to listen on: the host must be an IP address, IPv6 in "
                    + "brackets, or localhost; write 127.0.0.1:8080, [::1]:8080 or unix:/run/patchbay.sock"
            ])
    }

    @Test func `finds relative paths beside itself`() throws {
        let files = ConfigurationCases.surroundings(files: [
            "/etc/patchbay/patchbay.yaml": "data: data\noutbound: { caFile: ca.pem }\nlisten: unix:gateway.sock\n",
            "/etc/patchbay/ca.pem": "-----BEGIN CERTIFICATE-----",
        ])
        let configuration = try Configuration.load(file: "/etc/patchbay/patchbay.yaml", surroundings: files)
        #expect(configuration.dataFolder == "/etc/patchbay/data")
        #expect(configuration.outbound.authoritiesFile == "/etc/patchbay/ca.pem")
        #expect(configuration.listen == .unix(path: "/etc/patchbay/gateway.sock"))
    }

    @Test func `is the usual one only when it is there`() throws {
        let none = ConfigurationCases.surroundings()
        #expect(try Configuration.load(namedOrUsual: nil, surroundings: none).file == nil)
        let usual = ConfigurationCases.surroundings(files: ["patchbay.yaml": "listen: 127.0.0.1:1\n"])
        #expect(try Configuration.load(namedOrUsual: nil, surroundings: usual).listen.description == "127.0.0.1:1")
        #expect(
            throws: ConfigurationError.unreadable(
                file: "other.yaml", reason: "the configuration file does not exist", isMissing: true)
        ) {
            try Configuration.load(namedOrUsual: "other.yaml", surroundings: usual)
        }
    }
}
