/// The parsers by the name that `FUZZ_PARSER` gives; each has a folder of that name in `Fuzz/Corpus`.
let fuzzedParsers: [String: @Sendable ([UInt8]) -> Void] = [
    "http-request": fuzzRequest,
    "http-response": fuzzResponse,
    "chunks": fuzzChunks,
    "events": fuzzEvents,
    "json": fuzzJSON,
    "schema": fuzzSchema,
    "token": fuzzToken,
    "yaml": fuzzYAML,
]

/// Where to cut an input in two: everywhere when it is short, else at a few places that depend on its bytes.
func cuts(of input: [UInt8]) -> [Int] {
    if input.count <= 48 { return Array(0...input.count) }
    var seed: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in input { seed = (seed ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return (0..<6).map { Int((seed >> ($0 * 8)) % UInt64(input.count)) }
}
