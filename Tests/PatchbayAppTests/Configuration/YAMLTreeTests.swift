import Testing

// The tree is internal: what it makes of a text shows in configurations only through keys, and here through every shape.
@testable import PatchbayApp

@Suite struct `A YAML text` {
    @Test(
        arguments: [
            ("true", .flag(true)), ("false", .flag(false)), ("True", .text("True")), ("yes", .text("yes")),
            ("off", .text("off")), ("null", .nothing), ("~", .nothing), ("", .nothing), ("Null", .text("Null")),
            ("0", .number(0)), ("-12", .number(-12)), ("+7", .number(7)), ("007", .number(7)), ("-", .text("-")),
            ("9223372036854775807", .number(9_223_372_036_854_775_807)), ("9223372036854775808", .number(nil)),
            ("0x10", .text("0x10")), ("1_000", .text("1_000")), ("1.5", .text("1.5")), ("1e3", .text("1e3")),
            ("2026-07-28", .text("2026-07-28")), ("12:30:45", .text("12:30:45")),
        ] as [(String, YAMLScalar.Meaning)])
    func `means the same by one narrow rule`(text: String, meaning: YAMLScalar.Meaning) {
        #expect(YAMLScalar(text: text, isPlain: true).meaning == meaning)
        #expect(YAMLScalar(text: text, isPlain: false).meaning == .text(text))
    }

    @Test func `becomes nodes with the place of each key and value`() throws {
        var log = MistakeLog()
        let root = try #require(
            YAMLTree.read(Array("a: 1\nlist:\n  - ä: 'true'\n  - |\n    two\n".utf8), mistakes: &log))
        #expect(log.isEmpty)
        let expected = node(
            1, 1,
            .mapping([
                entry("a", 1, 1, scalar(1, 4, "1")),
                entry(
                    "list", 2, 1,
                    node(
                        3, 3,
                        .sequence([
                            node(3, 5, .mapping([entry("ä", 3, 5, scalar(3, 8, "true", isPlain: false))])),
                            scalar(4, 5, "two\n", isPlain: false),
                        ]))),
            ]))
        #expect(root == expected)
    }

    @Test func `of nothing but comments is no node and no mistake`() {
        var log = MistakeLog()
        #expect(YAMLTree.read(Array("# nothing\n".utf8), mistakes: &log) == nil)
        #expect(log.isEmpty)
    }

    @Test func `cannot grow by aliases`() {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x]\n"
        for level in 1...12 {
            text +=
                "a\(level): &a\(level) [" + Array(repeating: "*a\(level - 1)", count: 8).joined(separator: ", ") + "]\n"
        }
        #expect(mistakes(text).contains { $0.hasSuffix("an alias (*name) is not read here; write the value again") })
    }

    @Test(
        arguments: [
            [0xFF, 0xFE, 0x61, 0x00], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0x61, 0x00, 0x62], [0xF5, 0x80, 0x80, 0x80],
            [0x1B],
            [0xE2, 0x82],
        ] as [[UInt8]])
    func `that is not clean UTF-8 is refused with its place`(bytes: [UInt8]) {
        let lines = mistakes(Array("listen: ".utf8) + bytes)
        #expect(lines.count == 1)
        #expect(lines.first?.hasPrefix("patchbay.yaml:1:") == true)
        #expect(lines.first?.contains("this is not valid YAML") == true)
    }

    @Test(arguments: ConfigurationCases.accepted + ConfigurationCases.refused)
    func `cut anywhere is read to an answer`(name: String) throws {
        let folder = ConfigurationCases.accepted.contains(name) ? "accepted" : "refused"
        let bytes = try ConfigurationCases.bytes(folder, name)
        for end in bytes.indices {
            // Most prefixes have mistakes and some are whole files; none crashes, hangs or is refused without a place.
            let lines = mistakes(Array(bytes[..<end]))
            #expect(lines.allSatisfy { $0.hasPrefix("patchbay.yaml:") })
        }
    }

    private func node(_ line: Int, _ column: Int, _ value: YAMLValue) -> YAMLNode {
        YAMLNode(position: YAMLPosition(line: line, column: column), value: value)
    }

    private func scalar(_ line: Int, _ column: Int, _ text: String, isPlain: Bool = true) -> YAMLNode {
        node(line, column, .scalar(YAMLScalar(text: text, isPlain: isPlain)))
    }

    private func entry(_ key: String, _ line: Int, _ column: Int, _ node: YAMLNode) -> YAMLEntry {
        YAMLEntry(key: key, keyPosition: YAMLPosition(line: line, column: column), node: node)
    }
}
