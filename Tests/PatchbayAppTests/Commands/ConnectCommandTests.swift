import JSONCoding
import Testing

@testable import PatchbayApp

@Suite("patchbay connect")
struct ConnectCommandTests {
    private func run(_ words: String...) async -> CommandResult {
        let file = """
            publicURL: https://mcp.example
            upstreams: { board: { kind: builtin, app: kanban } }
            servers:
              default: { title: Everything, upstreams: [board], auth: oauth }
              team: { title: Team, upstreams: [board], auth: oauth }
            """
        let context = CommandContext(surroundings: ConfigurationCases.surroundings(files: ["a.yaml": file])) { _, _ in
            .ok
        }
        return await PatchbayCommandLine.run(
            ["connect"] + words + ["--config", "a.yaml"], context: context)
    }

    @Test("says the steps with the server's own address")
    func steps() async {
        let standard = await run("claude-code")
        #expect(
            standard.exitCode == .ok
                && standard.standardOutput.contains(
                    "claude mcp add --transport http patchbay https://mcp.example/mcp\n")
        )
        let team = await run("codex", "--server", "team", "--language", "de")
        #expect(team.standardOutput.contains("codex mcp add team --url https://mcp.example/v1/mcp/team\n"))
        #expect(team.standardOutput.contains("In einem Terminal"))
    }

    @Test("lists the clients, and answers in JSON")
    func json() async throws {
        let list = await run("--json")
        let clients = try #require(try JSONParser.parse(Array(list.standardOutput.utf8))["clients"]?.arrayValue)
        #expect(clients.contains { $0["client"] == "chatgpt" })
        let one = try JSONParser.parse(Array(await run("chatgpt", "--json").standardOutput.utf8))
        #expect(one["obstacle"] == .null && one["url"] == "https://mcp.example/mcp")
        #expect(one["steps"]?.arrayValue?.contains { $0["value"] == "https://mcp.example/mcp" } == true)
    }

    @Test(
        "says what it does not know",
        arguments: [
            (["curser"], "Did you mean `cursor`?"), (["x", "--server", "nix"], "There are: default, team."),
            (["cursor", "--language", "fr"], "en or de"),
        ])
    func mistakes(words: [String], sentence: String) async {
        let file =
            "upstreams: { b: { kind: builtin, app: kanban } }\nservers: { default: { upstreams: [b], auth: none }, team: { upstreams: [b], auth: none } }\n"
        let context = CommandContext(surroundings: ConfigurationCases.surroundings(files: ["a.yaml": file])) { _, _ in
            .ok
        }
        let result = await PatchbayCommandLine.run(
            ["connect"] + words + ["--config", "a.yaml"], context: context)
        #expect(result.exitCode == .usage && result.standardError.contains(sentence))
    }
}
