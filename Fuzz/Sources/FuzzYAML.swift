import PatchbayApp

/// Nothing yet: the YAML reader comes with its own invariants.
func fuzzYAML(_ bytes: [UInt8]) {
    _ = bytes
}
