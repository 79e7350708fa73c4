import Glibc

// Prints, as one JSON object, what a message costs simdjson's DOM, the scanner and the tree parser, in alternating rounds of
// one process, and the ratios. The medians of the paired ratios are what counts: machines are noisy, pairs less so.

let rounds = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 21
let kernel = String(cString: simdjson_kernel())

let query = JSONQuery([
    JSONQuery.Member("method", slot: 0, isUnique: true),
    JSONQuery.Member("id", slot: 1, isUnique: true),
    JSONQuery.Member("result", slot: 2),
    JSONQuery.Member(
        "params", slot: 3, isUnique: true,
        members: [
            JSONQuery.Member("name", slot: 4, isUnique: true),
            JSONQuery.Member("uri", slot: 5, isUnique: true),
            JSONQuery.Member("arguments", slot: 6),
            JSONQuery.Member(
                "_meta", slot: 7, isUnique: true,
                members: [
                    JSONQuery.Member("io.modelcontextprotocol/protocolVersion", slot: 8, isUnique: true),
                    JSONQuery.Member("io.modelcontextprotocol/clientCapabilities", slot: 9),
                    JSONQuery.Member("io.modelcontextprotocol/clientInfo", slot: 10),
                    JSONQuery.Member("progressToken", slot: 11),
                ]),
        ]),
])
let scanner = JSONScanner(query: query)

/// Nanoseconds of this thread's processor time per message.
func cost(_ times: Int, _ work: () -> Void) -> Double {
    func now() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) * 1e9 + Double(time.tv_nsec)
    }
    let start = now()
    work()
    return (now() - start) / Double(times)
}

func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

func measured(_ bytes: [UInt8]) -> JSONValue {
    let times = max(20, 4_000_000 / bytes.count)
    var dom: [Double] = []
    var onDemand: [Double] = []
    var scan: [Double] = []
    var tree: [Double] = []
    for _ in 0..<rounds {
        dom.append(
            cost(times) { precondition(simdjson_dom(bytes, bytes.count, UInt64(times)) == 0, "simdjson refused") })
        scan.append(
            cost(times) {
                for _ in 0..<times {
                    guard let findings = try? scanner.scan(bytes), findings[1] != nil else {
                        preconditionFailure("refused")
                    }
                }
            })
        onDemand.append(
            cost(times) { precondition(simdjson_on_demand(bytes, bytes.count, UInt64(times)) == 0, "simdjson refused") }
        )
        let few = max(5, times / 8)
        tree.append(
            cost(few) {
                for _ in 0..<few {
                    guard let value = try? JSONParser.parse(bytes), !value.isNull else {
                        preconditionFailure("refused")
                    }
                }
            })
    }
    func number(_ value: Double, digits: Double) -> JSONValue {
        JSONNumber((value * digits).rounded() / digits).map(JSONValue.number) ?? .null
    }
    func ratio(_ ours: [Double]) -> JSONValue { number(median(zip(ours, dom).map { $0 / $1 }), digits: 1000) }
    return [
        "bytes": .number(JSONNumber(bytes.count)),
        "simdjsonDOM": number(median(dom), digits: 1),
        "simdjsonOnDemand": number(median(onDemand), digits: 1),
        "scanner": number(median(scan), digits: 1),
        "tree": number(median(tree), digits: 1),
        "scannerRatio": ratio(scan),
        "treeRatio": ratio(tree),
    ]
}

var messages = JSONObject()
for message in Messages.all { messages[message.name] = measured(message.bytes) }
let report: JSONValue = [
    "unit": "nanoseconds of processor time per message",
    "simdjson": .string(kernel),
    "rounds": .number(JSONNumber(rounds)),
    "messages": .object(messages),
]
print(String(decoding: JSONWriter.bytes(of: report), as: UTF8.self))
