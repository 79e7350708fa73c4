/// Which layer may import which, and why; `docs/ARCHITECTURE.md` shows the same table, and a test compares them.
enum ArrowTable {
    /// The arrows between layers: a layer may import the layers of its row, and nothing else of this house.
    static let layers: [(layer: String, mayImport: [String], because: String)] = [
        ("Values", ["C", "Values"], "values know nobody, so that everybody may know them"),
        (
            "Platform", ["C", "Values", "Platform"],
            "an engine that knows the product cannot be tested or replaced alone"
        ),
        (
            "Domain", ["Values", "Domain"],
            "the rules of the product are pure: no clock, no randomness, no input or output"
        ),
        (
            "Services", ["Values", "Platform", "Domain", "Services"],
            "here the rules and the engines meet; C has its one owner below"
        ),
        ("App", ["C", "Values", "Platform", "Domain", "Services", "App"], "the wiring knows everybody"),
    ]

    /// Each C library is touched by its owners only: everyone else uses what they make of it.
    static let owners: [String: [String]] = [
        "CArgon2": ["Cryptography"],
        "CBytes": ["JSONCoding", "HTTPMessages"],
        "CLinux": ["Reactor", "HTTPTransport", "PatchbayApp"],
        "COpenSSL": ["Cryptography", "HTTPTransport"],
        "CSQLite": ["SQLiteDriver"],
        "CYAML": ["PatchbayApp"],
    ]

    /// Arrows that the layers would allow and that are wrong all the same.
    static let forbidden: [String: (modules: [String], because: String)] = [
        "Gateway": (
            ["SQLDatabase", "SQLiteDriver", "Cryptography", "Reactor"],
            "the call path sees snapshots, leases and an audit sink, never SQL, sockets or keys"
        )
    ]

    /// What the toolchain brings and the product may use.
    static let toolchain: Set<String> = ["Swift", "Glibc", "Synchronization"]
}
