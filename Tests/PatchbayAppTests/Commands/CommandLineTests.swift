import PatchbayApp
import Synchronization
import Testing

@Suite struct `The command line` {
    @Test(arguments: ["serve", "check", "tools", "call", "stdio", "version", "help"])
    func `has a help page for each command`(name: String) async {
        let page = await run([name, "--help"])
        #expect(page.exitCode == .ok)
        #expect(page.standardOutput.contains("Usage: patchbay \(name)"))
        #expect(page.standardOutput.contains("--json"))
        #expect(page.standardOutput.contains("Exit codes:"))
        #expect(await run(["help", name]) == page)
        #expect(await run(["--help"]).standardOutput.contains("  \(name) "))
    }

    @Test(
        arguments: [
            ([], "Usage: patchbay COMMAND"),
            (["serv"], "There is no command \"serv\"; did you mean `serve`?"),
            (
                ["dance"],
                "There is no command \"dance\"; there are serve, check, connect, user, key, backup, restore, tools, call, stdio, "
                    + "version, help."
            ),
            (["serve", "--confg", "x"], "`patchbay serve` has no option \"--confg\"; did you mean `--config`?"),
            (["serve", "--config"], "--config needs a value: --config FILE."),
            (["serve", "--config", "a", "--config=b"], "--config stands twice."),
            (["serve", "now"], "`patchbay serve` does not expect \"now\" here."),
            (["check", "a", "b"], "`patchbay check` does not expect \"b\" here."),
            (["check", "--json=yes"], "--json takes no value."),
            (["call", "http://a/"], "`patchbay call` needs TOOL."),
            (["tools"], "`patchbay tools` needs URL."),
            (["tools", "ftp://a"], "This is not a URL that can be called: it must begin with http:// or https://."),
            (["tools", "http://a/", "--timeout", "soon"], "--timeout takes a time with its unit, like 30s or 5m."),
            (["call", "http://a/", "x", "[]"], "The arguments are one JSON object, like"),
            (["call", "http://a/", "x", "{"], "The arguments are not JSON:"),
            (["version", "-v"], "`patchbay version` has no option \"-v\"; it has --json, --help."),
            (["help", "chek"], "There is no command \"chek\"; did you mean `check`?"),
            (["serve", "--li\u{1B}[31m"], "has no option \"--li\\u{1b}[31m\""),
        ] as [([String], String)])
    func `says what it does not understand, on standard error, with exit code 2`(words: [String], sentence: String)
        async
    {
        let result = await run(words)
        #expect(result.exitCode == .usage)
        #expect(result.standardOutput == "")
        #expect(result.standardError.contains(sentence))
    }

    @Test func `says its version`() async {
        #expect(
            await run(["version"]).standardOutput
                == "patchbay \(PatchbayVersion.text) (MCP 2026-07-28, 2025-11-25, 2025-06-18, 2025-03-26, 2024-11-05)\n"
        )
        #expect(await run(["--version"]) == run(["version"]))
        #expect(
            await run(["version", "--json"]).standardOutput
                == #"{"name":"patchbay","version":"\#(PatchbayVersion.text)","protocolRevisions":["2026-07-28","2025-11-25","2025-06-18","2025-03-26","2024-11-05"]}"#
                + "\n")
    }

    @Test func `checks a configuration`() async {
        let good = await run(["check", "good.yaml"])
        #expect(good.exitCode == .ok)
        #expect(good.standardOutput.hasPrefix("ok: good.yaml\nlistens on 127.0.0.1:9000\n"))
        let bad = await run(["check", "bad.yaml"])
        #expect(bad.exitCode == .configuration)
        #expect(bad.standardOutput == "")
        #expect(bad.standardError == "bad.yaml:1:1: lisen: there is no such key; did you mean `listen`?\n")
        let missing = await run(["check", "--", "--missing.yaml"])
        #expect(missing.exitCode == .configuration)
        #expect(missing.standardError == "--missing.yaml: the configuration file does not exist\n")
    }

    @Test func `checks a configuration for programs`() async {
        #expect(
            await run(["check", "--json", "bad.yaml"]).standardOutput
                == #"{"ok":false,"file":"bad.yaml","mistakes":[{"line":1,"column":1,"key":"lisen","problem":"#
                + #""there is no such key","instead":"did you mean `listen`?"}],"omitted":0}"# + "\n")
        let good = await run(["check", "good.yaml", "--json"])
        #expect(good.exitCode == .ok)
        #expect(good.standardOutput.hasPrefix(#"{"ok":true,"file":"good.yaml","listen":"127.0.0.1:9000","tls":false,"#))
    }

    @Test func `serves the configuration that was named, and passes on how that ended`() async {
        let served = Mutex<[String]>([])
        let context = CommandContext(surroundings: surroundings) { configuration, _ in
            served.withLock { $0.append(configuration.listen.description) }
            return .failed
        }
        let result = await PatchbayCommandLine.run(
            ["serve", "--config=good.yaml", "--listen", "127.0.0.1:9001"], context: context)
        #expect(result == CommandResult(exitCode: .failed))
        #expect(served.withLock { $0 } == ["127.0.0.1:9001"])
    }

    @Test func `serves nothing when the configuration has mistakes`() async {
        let context = CommandContext(surroundings: surroundings) { _, _ in
            Issue.record("a configuration with mistakes was served")
            return .ok
        }
        let result = await PatchbayCommandLine.run(["serve", "--config", "bad.yaml"], context: context)
        #expect(result.exitCode == .configuration)
        #expect(result.standardError.contains("did you mean `listen`?"))
    }

    private func run(_ words: [String]) async -> CommandResult {
        let context = CommandContext(surroundings: surroundings) { _, _ in .ok }
        return await PatchbayCommandLine.run(words, context: context)
    }

    private var surroundings: ConfigurationSurroundings {
        ConfigurationCases.surroundings(files: ["good.yaml": "listen: 127.0.0.1:9000\n", "bad.yaml": "lisen: 1\n"])
    }
}
