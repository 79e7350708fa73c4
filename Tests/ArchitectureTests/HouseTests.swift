import Testing

/// Reads the repository once for all rules.
private let product = SourceTree.swiftSources(under: "Sources")

private func record(_ findings: [Finding]) {
    for finding in findings { Issue.record("\(finding)") }
}

@Suite struct `The house` {
    @Test func `has rooms to look at`() {
        #expect(product.count > 10)
        #expect(FolderRules.targets.contains("Sources/Platform/Reactor"))
    }

    @Test(arguments: HouseRule.all)
    func `keeps its rules in every file`(rule: HouseRule) {
        record(product.flatMap(rule.check))
    }

    @Test func `has a short README in each room`() {
        record(FolderRules.readmes(targets: FolderRules.targets, text: SourceTree.text))
    }

    @Test func `shows its arrows in the architecture page`() {
        record(FolderRules.documentedArrows(text: SourceTree.text("docs/ARCHITECTURE.md") ?? ""))
    }

    @Test func `names its test files after what is in them`() {
        record(SourceTree.swiftSources(under: "Tests").flatMap(HouseRule.fileNames.check))
    }

    @Test(arguments: ["Sources", "Tests", "Fuzz", "docs", "tools", ".ci"])
    func `knows nothing of the machine it was written on`(folder: String) {
        let texts = [".swift", ".md", ".py", ".c", ".h", ".sh", ".json", ".yaml", ".svg", ".html"]
        for path in SourceTree.files(under: folder) {
            let name = path.split(separator: "/").last ?? ""
            guard texts.contains(where: path.hasSuffix) || !name.contains("."), let text = SourceTree.text(path) else {
                continue
            }
            record(FolderRules.workplace(path: path, text: text))
        }
    }

    @Test(arguments: ["README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "Makefile", "Package.swift"])
    func `says nothing of the machine in its front matter`(path: String) throws {
        record(FolderRules.workplace(path: path, text: try #require(SourceTree.text(path), "\(path) is missing")))
    }
}
