// swift-tools-version: 6.2
import PackageDescription

// One array for every target: Swift 6 mode comes from the tools version, the rest is decided here and nowhere else.
let settings: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    // Measured: exclusivity checks on class fields were 45 % of the instructions of a server. Tests run with them on.
    .unsafeFlags(["-enforce-exclusivity=unchecked", "-cross-module-optimization"], .when(configuration: .release)),
]

/// A room of the house: `layer` is its folder, `uses` are the arrows that `Tests/ArchitectureTests` also holds.
func room(_ layer: String, _ name: String, uses: [String] = [], resources: [Resource] = []) -> Target {
    .target(
        name: name,
        dependencies: uses.map { .byName(name: $0) },
        path: "Sources/\(layer)/\(name)",
        exclude: ["README.md"],
        resources: resources,
        swiftSettings: settings
    )
}

func tests(_ name: String, uses: [String], resources: [Resource] = []) -> Target {
    .testTarget(
        name: "\(name)Tests",
        dependencies: uses.map { .byName(name: $0) },
        path: "Tests/\(name)Tests",
        resources: resources,
        swiftSettings: settings
    )
}

func library(_ name: String, pkgConfig: String?) -> Target {
    .systemLibrary(name: name, path: "Sources/C/\(name)", pkgConfig: pkgConfig)
}

let values = ["JSONCoding", "HTTPMessages", "Telemetry"]

var targets: [Target] = [
    library("CArgon2", pkgConfig: "libargon2"),
    library("CBytes", pkgConfig: nil),
    library("COpenSSL", pkgConfig: "openssl"),
    library("CSQLite", pkgConfig: "sqlite3"),
    library("CYAML", pkgConfig: "yaml-0.1"),
    .target(name: "CLinux", path: "Sources/C/CLinux"),

    room("Values", "JSONCoding", uses: ["CBytes"]),
    room("Values", "HTTPMessages", uses: ["CBytes"]),
    room("Values", "Telemetry"),

    room("Platform", "Reactor", uses: ["CLinux", "Telemetry"]),
    room("Platform", "Cryptography", uses: ["CArgon2", "COpenSSL", "Telemetry"]),
    room("Platform", "SQLDatabase", uses: []),
    room("Platform", "SQLiteDriver", uses: ["CSQLite", "SQLDatabase", "Reactor"]),
    room("Platform", "HTTPTransport", uses: ["CLinux", "Reactor", "Cryptography", "HTTPMessages", "Telemetry"]),

    room("Domain", "GatewayModel", uses: ["JSONCoding", "Telemetry"]),
    room("Domain", "JSONSchema", uses: ["JSONCoding"]),
    room("Domain", "MCPWire", uses: ["JSONCoding", "HTTPMessages", "GatewayModel"]),

    room("Domain", "ClientGuides", uses: ["JSONCoding", "HTTPMessages", "MCPWire"]),
    room("Domain", "OAuthRules", uses: values + ["GatewayModel"]),

    room(
        "Services", "Storage",
        uses: values + ["Reactor", "SQLDatabase", "SQLiteDriver", "GatewayModel", "OAuthRules"]),
    room("Services", "Outbound", uses: values + ["Reactor", "HTTPTransport", "Cryptography", "GatewayModel"]),
    room("Services", "SignedTokens", uses: ["JSONCoding", "Cryptography", "OAuthRules"]),
    room("Services", "WebUI", uses: values + ["Reactor", "HTTPTransport", "Cryptography", "GatewayModel"]),
    room(
        "Services", "People",
        uses: values + [
            "Reactor", "HTTPTransport", "Cryptography", "SQLDatabase", "GatewayModel", "OAuthRules", "Storage",
            "Outbound", "SignedTokens", "WebUI",
        ]),
    room(
        "Services", "Connections",
        uses: values + [
            "Reactor", "HTTPTransport", "Cryptography", "SQLDatabase", "GatewayModel", "OAuthRules", "Storage",
            "Outbound", "WebUI", "People", "UpstreamClients",
        ]),
    room("Services", "Administration", uses: values + ["GatewayModel", "People", "Storage"]),
    room(
        "Services", "AuthorizationServer",
        uses: values + [
            "Reactor", "HTTPTransport", "Cryptography", "SQLDatabase", "GatewayModel", "OAuthRules", "Storage",
            "Outbound", "SignedTokens", "WebUI", "People", "Connections",
        ]),
    room(
        "Services", "UpstreamClients",
        uses: values + ["Reactor", "HTTPTransport", "GatewayModel", "MCPWire"]),
    room(
        "Services", "Connectors",
        uses: values + [
            "Reactor", "SQLDatabase", "GatewayModel", "MCPWire", "UpstreamClients",
        ],
        // The pages of the apps travel inside the binary, as arrays of bytes: no file to find, no Foundation.
        resources: [.embedInCode("Kanban/Board")]),
    room("Services", "Portal", uses: ["HTTPMessages", "WebUI", "ClientGuides"]),

    room(
        "Services", "Gateway",
        uses: values + ["HTTPTransport", "GatewayModel", "JSONSchema", "MCPWire", "ClientGuides", "UpstreamClients"]),

    room(
        "App", "PatchbayApp",
        uses: values + [
            "CLinux", "CYAML", "Reactor", "Cryptography", "HTTPTransport", "SQLDatabase", "SQLiteDriver",
            "GatewayModel", "ClientGuides",
            "MCPWire", "OAuthRules", "Storage", "Outbound", "WebUI", "People", "Connections", "AuthorizationServer",
            "Administration", "Portal", "UpstreamClients", "Connectors", "Gateway",
        ]),
    .executableTarget(
        name: "patchbay",
        dependencies: ["PatchbayApp"],
        path: "Sources/App/patchbay",
        exclude: ["README.md"],
        swiftSettings: settings
    ),

    tests("JSONCoding", uses: ["JSONCoding"]),
    tests("HTTPMessages", uses: ["HTTPMessages"]),
    tests("Telemetry", uses: ["Telemetry"]),
    tests("Reactor", uses: ["Reactor", "CLinux"]),
    tests("Cryptography", uses: ["Cryptography", "Telemetry"]),
    tests("SQLiteDriver", uses: ["SQLDatabase", "SQLiteDriver", "Reactor"]),
    tests("HTTPTransport", uses: ["HTTPTransport", "HTTPMessages", "Reactor", "Cryptography", "Telemetry"]),
    tests("JSONSchema", uses: ["JSONSchema", "JSONCoding"]),
    tests("MCPWire", uses: ["MCPWire", "JSONCoding", "HTTPMessages", "GatewayModel"]),
    tests(
        "UpstreamClients",
        uses: ["UpstreamClients", "HTTPTransport", "HTTPMessages", "Reactor", "MCPWire", "JSONCoding"]),
    tests("ClientGuides", uses: ["ClientGuides", "JSONCoding", "HTTPMessages", "MCPWire"]),
    tests("Portal", uses: ["Portal", "HTTPMessages", "WebUI", "ClientGuides"]),
    tests("OAuthRules", uses: values + ["OAuthRules", "GatewayModel"]),
    tests(
        "Storage",
        uses: values + ["Storage", "SQLDatabase", "SQLiteDriver", "Reactor", "GatewayModel", "OAuthRules"]),
    tests(
        "Outbound",
        uses: values + ["Outbound", "Reactor", "HTTPTransport", "Cryptography", "GatewayModel"]),
    tests("WebUI", uses: values + ["WebUI", "Reactor", "HTTPTransport", "Cryptography", "GatewayModel"]),
    tests(
        "People",
        uses: values + [
            "People", "Reactor", "HTTPTransport", "Cryptography", "SQLDatabase", "SQLiteDriver", "GatewayModel",
            "OAuthRules", "Storage", "Outbound", "SignedTokens", "WebUI",
        ]),
    tests(
        "Connections",
        uses: values + [
            "Connections", "Reactor", "HTTPTransport", "Cryptography", "SQLDatabase", "SQLiteDriver", "GatewayModel",
            "OAuthRules", "Storage", "Outbound", "WebUI", "People", "UpstreamClients", "MCPWire",
        ]),
    tests(
        "AuthorizationServer",
        uses: values + [
            "AuthorizationServer", "Reactor", "HTTPTransport", "Cryptography", "SQLDatabase", "SQLiteDriver",
            "GatewayModel", "OAuthRules", "Storage", "Outbound", "SignedTokens", "WebUI", "People", "Connections",
        ]),
    tests(
        "StdioUpstream",
        uses: [
            "UpstreamClients", "JSONCoding", "Telemetry", "Reactor", "HTTPTransport", "GatewayModel", "MCPWire",
        ]),
    tests(
        "Connectors",
        uses: [
            "Connectors", "UpstreamClients", "SQLDatabase", "JSONCoding", "Reactor", "GatewayModel", "MCPWire",
            "SQLiteDriver",
        ]),
    tests(
        "Gateway",
        uses: values + [
            "Reactor", "HTTPTransport", "GatewayModel", "JSONSchema", "MCPWire", "UpstreamClients", "Gateway",
        ]),
    tests(
        "PatchbayApp",
        uses: values + [
            "PatchbayApp", "GatewayModel", "Reactor", "Cryptography", "SQLDatabase", "SQLiteDriver", "Storage",
            "MCPWire", "OAuthRules", "Outbound", "WebUI", "People", "Connections", "AuthorizationServer",
            "UpstreamClients", "Gateway",
        ]),
    tests("Architecture", uses: []),
]

// Whoever works on one room need not build the tests of all: `PATCHBAY_TESTS=Storage,Architecture swift test`.
if let wanted = Context.environment["PATCHBAY_TESTS"] {
    let names = wanted.split(separator: ",").map { "\($0)Tests" }
    targets.removeAll { $0.type == .test && !names.contains($0.name) }
}

// The fuzzer is one executable over all parsers; it needs libFuzzer's flags on every target, so it has its own build folder.
if Context.environment["PATCHBAY_FUZZ"] != nil {
    targets.append(
        .executableTarget(
            name: "patchbay-fuzz",
            dependencies: [
                "JSONCoding", "JSONSchema", "HTTPMessages", "GatewayModel", "OAuthRules", "SignedTokens",
                "PatchbayApp",
            ],
            path: "Fuzz/Sources",
            swiftSettings: settings
        ))
}

let package = Package(
    name: "patchbay",
    products: [.executable(name: "patchbay", targets: ["patchbay"])],
    targets: targets
)
