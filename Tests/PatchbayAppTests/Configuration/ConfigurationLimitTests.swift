import GatewayModel
import Testing

@testable import PatchbayApp

@Suite struct `A limit of the configuration` {
    @Test(arguments: GatewayLimits.rows.map(\.name))
    func `takes its bounds and nothing beyond`(name: String) throws {
        let row = try #require(GatewayLimits.rows.first { $0.name == name })
        let (inside, outside) = probes(row.field)
        for value in inside {
            let others = name == "callTime" || name == "callTimeForChatGPT" ? ", exchangeTime: 1d" : ""
            let small = name == "exchangeTime" ? ", callTime: 1s, callTimeForChatGPT: 1s" : ""
            #expect(mistakes("limits: { \(name): \(value)\(others)\(small) }\n") == [])
        }
        for value in outside {
            let lines = mistakes("limits: { \(name): \(value) }\n")
            #expect(lines.count == 1)
            #expect(lines.first?.contains("limits.\(name): \"\(value)\" is ") == true)
        }
    }

    @Test func `has the name of its property, and arrives there`() throws {
        for row in GatewayLimits.rows {
            #expect(Mirror(reflecting: GatewayLimits()).children.contains { $0.label == row.name })
        }
        #expect(GatewayLimits.rows.count == Mirror(reflecting: GatewayLimits()).children.count)
        let limits = try configuration("limits: { headFields: 17, jsonDepth: 9, idleTime: 250ms }\n").snapshot().limits
        #expect(limits.headFields == 17)
        #expect(limits.jsonDepth == 9)
        #expect(limits.idleTime == .milliseconds(250))
        #expect(limits.headBytes == 32_768)
    }

    @Test func `has a default within its own bounds`() {
        for row in GatewayLimits.rows {
            switch row.field {
            case .bytes(let property, let range), .count(let property, let range):
                #expect(range.contains(GatewayLimits()[keyPath: property]))
            case .time(let property, let range):
                #expect(range.contains(GatewayLimits()[keyPath: property]))
            }
        }
    }

    @Test func `on event loops is 1 to 256`() {
        #expect(mistakes("limits: { loops: 1 }") == [])
        #expect(mistakes("limits: { loops: 256 }") == [])
        #expect(mistakes("limits: { loops: 0 }").count == 1)
        #expect(mistakes("limits: { loops: 257 }").count == 1)
    }

    @Test func `on the file is a mebibyte`() {
        let comment = "#" + String(repeating: "-", count: YAMLLimits.fileBytesMax - 1)
        #expect(mistakes(comment) == [])
        #expect(mistakes(comment + "-").first?.contains("the file has more than 1048576 bytes") == true)
    }

    @Test func `on depth is 32`() {
        // The mapping at the root is the first level, the value the last.
        let nested = { (levels: Int) in
            "origins: " + String(repeating: "[", count: levels) + String(repeating: "]", count: levels)
        }
        #expect(!mistakes(nested(YAMLLimits.depthMax - 1)).joined().contains("nested deeper"))
        #expect(mistakes(nested(YAMLLimits.depthMax)).joined().contains("nested deeper than 32 levels"))
    }

    @Test func `on values is a hundred thousand`() {
        // The root, the key and the list are three of them.
        let list = { (items: Int) in "origins: [" + String(repeating: "x,", count: items) + "]" }
        #expect(!mistakes(list(YAMLLimits.nodesMax - 3)).joined().contains("more than 100000 values"))
        #expect(mistakes(list(YAMLLimits.nodesMax - 2)).joined().contains("more than 100000 values"))
    }

    @Test func `on what is reported is a hundred mistakes, and the rest is counted`() {
        let keys = { (count: Int) in (0..<count).map { "unknown-key-number-\($0): 1\n" }.joined() }
        #expect(mistakes(keys(MistakeLog.mistakesMax)).count == 100)
        let lines = mistakes(keys(MistakeLog.mistakesMax + 1))
        #expect(lines.count == 101)
        #expect(lines.last == "and 1 more")
    }

    @Test func `on a socket's path is 107 bytes`() {
        let path = { (bytes: Int) in "listen: unix:/" + String(repeating: "s", count: bytes - 1) }
        #expect(mistakes(path(ListenAddress.pathBytesMax)) == [])
        #expect(mistakes(path(ListenAddress.pathBytesMax + 1)).count == 1)
    }

    @Test func `on a title is 200 bytes`() {
        let file = { (bytes: Int) in
            """
            upstreams: { board: { kind: builtin, app: kanban } }
            servers: { default: { title: \(String(repeating: "t", count: bytes)), upstreams: [board], auth: none } }
            """
        }
        #expect(mistakes(file(200)) == [])
        #expect(mistakes(file(201)).count == 1)
    }

    @Test func `on a suggestion is 40 bytes, because nobody mistypes more`() {
        let word = String(repeating: "a", count: Suggestion.wordBytesMax)
        #expect(Suggestion.nearest(to: word, among: [word + "b"]) == word + "b")
        #expect(Suggestion.nearest(to: word + "b", among: [word]) == nil)
    }

    private func probes(_ field: GatewayLimitRow.Field) -> (inside: [String], outside: [String]) {
        switch field {
        case .bytes(_, let range), .count(_, let range):
            (
                [range.lowerBound, range.upperBound].map(String.init),
                [range.lowerBound - 1, range.upperBound + 1].map(String.init)
            )
        case .time(_, let range):
            (
                [range.lowerBound, range.upperBound].map(milliseconds),
                [range.upperBound + .milliseconds(1)].map(milliseconds)
                    + (range.lowerBound > .zero ? [milliseconds(range.lowerBound - .milliseconds(1))] : [])
            )
        }
    }

    private func milliseconds(_ time: Duration) -> String {
        "\(time.components.seconds * 1000 + time.components.attoseconds / 1_000_000_000_000_000)ms"
    }
}
