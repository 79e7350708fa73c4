import JSONCoding

/// Nothing yet: the JSON parser comes with its own invariants.
func fuzzJSON(_ bytes: [UInt8]) {
    _ = bytes
}
