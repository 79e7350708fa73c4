import Testing

/// The checker's own tests: a rule that never complains is worth nothing.
@Suite struct `A rule of the house` {
    /// A bad or good example: what it is in, what it says, and how many findings it deserves.
    struct Example: CustomTestStringConvertible, Sendable {
        let rule: HouseRule
        let path: String
        let text: String
        let findings: Int

        var testDescription: String { "\(rule.name): \(text.split(separator: "\n").joined(separator: " ⏎ "))" }

        init(
            _ rule: HouseRule, _ text: String, finds findings: Int,
            in path: String = "Sources/Domain/MCPWire/Message.swift"
        ) {
            (self.rule, self.path, self.text, self.findings) = (rule, path, text, findings)
        }
    }

    @Test(arguments: Examples.all)
    func `finds what is wrong and leaves what is right`(example: Example) {
        let findings = example.rule.check(SwiftSource(path: example.path, text: example.text))
        #expect(findings.count == example.findings, "\(findings)")
        for finding in findings { #expect(finding.advice.count > 20, "a finding says what to do") }
    }

    @Test func `has an example that it refuses and one that it lets pass`() {
        for rule in HouseRule.all {
            let own = Examples.all.filter { $0.rule.name == rule.name }
            #expect(own.contains { $0.findings > 0 }, "\(rule.name) has no bad example")
            #expect(own.contains { $0.findings == 0 }, "\(rule.name) has no good example")
        }
    }

    @Test(arguments: ArrowTable.layers.map(\.layer), ["C", "Values", "Platform", "Domain", "Services", "App"])
    func `lets an arrow pass exactly where the table has it`(from: String, to: String) {
        let source = SwiftSource(path: "Sources/\(from)/Here/File.swift", text: "import There")
        let findings = HouseRule.importArrows(source, layerOf: ["Here": from, "There": to])
        let allowed = ArrowTable.layers.first { $0.layer == from }?.mayImport.contains(to) == true
        #expect(findings.isEmpty == allowed, "\(findings)")
    }

    @Test func `says which arrow is wrong and why`() throws {
        let source = SwiftSource(path: "Sources/Domain/MCPWire/Message.swift", text: "\nimport Reactor\n")
        let finding = try #require(HouseRule.importArrows.check(source).first)
        #expect(
            finding.description.hasPrefix(
                "Sources/Domain/MCPWire/Message.swift:2: the arrow MCPWire (Domain) -> Reactor (Platform)"))
        #expect(finding.advice.contains("pure"))
    }
}

@Suite struct `A rule about folders` {
    @Test(arguments: [(40, 0), (41, 1), (5, 0), (4, 1), (1, 1)])
    func `wants a README of at most forty lines that says something`(lines: Int, findings: Int) {
        let readme = String(repeating: "words\n", count: lines)
        #expect(FolderRules.readmes(targets: ["Sources/X/Y"]) { _ in readme }.count == findings)
    }

    @Test func `misses a README that is not there`() {
        #expect(FolderRules.readmes(targets: ["Sources/X/Y"]) { _ in nil }.first?.path == "Sources/X/Y/README.md")
    }

    @Test func `finds a path of the workplace`() {
        let findings = FolderRules.workplace(path: "docs/a.md", text: "one\nsee /wo" + "rk/main\n")
        #expect(findings.map(\.line) == [2])
        #expect(FolderRules.workplace(path: "docs/a.md", text: "see ../shared/data and a network/ of workers/").isEmpty)
    }

    @Test func `misses a row of the table of arrows`() {
        #expect(
            FolderRules.documentedArrows(text: "| `Values` | `C`, `Values` | nobody |").count == ArrowTable.layers.count
                - 1)
    }
}

@Suite struct `The scanner` {
    private func words(_ text: String) -> [String] { SwiftSource(path: "x.swift", text: text).tokens.map(\.text) }

    @Test func `leaves out comments and the text of strings`() {
        #expect(
            words("let a = \"try! \\\" public\" // public\n/* open /* nested */ public */ b") == [
                "let", "a", "=", "\"", "b",
            ])
        #expect(words("let a = \"\"\"\n public \"quoted\" \n\"\"\"; b") == ["let", "a", "=", "\"", ";", "b"])
        #expect(words("let a = #\"raw \\(public) \" \"#; b") == ["let", "a", "=", "\"", ";", "b"])
    }

    @Test func `reads the code inside a string`() {
        #expect(words("\"a \\(f(x)!) b\" c") == ["\"", "f", "(", "x", ")", "!", "c"])
        #expect(words("\"\\(\"\\(x)\")\"") == ["\"", "\"", "x"])
    }

    @Test func `knows the line of each token`() {
        let source = SwiftSource(path: "x.swift", text: "a\n\"\"\"\n x\n\"\"\"\nb /* \n */ c")
        #expect(source.tokens.map(\.line) == [1, 2, 5, 6])
    }

    @Test(arguments: ["\"", "/*", "\"\\(", "#", "\"\"\"", "\"\\", "`"])
    func `comes to an end on broken text`(text: String) {
        _ = SwiftSource(path: "x.swift", text: text)
    }
}
