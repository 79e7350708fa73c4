import UpstreamClients

extension Command {
    /// Serves a client that knows only stdio.
    static var stdio: Command {
        Command(
            syntax: CommandSyntax(
                name: "stdio",
                summary: "Connect a client that knows only stdio to a remote MCP server.",
                operands: [.required("URL")],
                options: [
                    CommandSyntax.json("nothing else: standard output carries only messages of MCP anyway"),
                    RemoteOptions.authorities,
                ],
                explanation: """
                    Reads messages from standard input, one a line, and writes the server's to standard output. Client and
                    server may speak different revisions: what the server asks, says and changes reaches the client in the
                    client's form. The end of standard input ends it, after the calls in flight.

                    In a client's configuration: {"command": "patchbay", "args": ["stdio", "https://mcp.example.com/mcp"]}
                    """,
                examples: ["patchbay stdio http://127.0.0.1:8080/mcp"],
                exitCodes: [.ok, .usage, .configuration, .interrupted]),
            run: { arguments, context in
                await RemoteServer.use(arguments.operands[0], arguments, context) { server in
                    let settings = BridgeSettings()
                    let input = MessageInput(
                        descriptor: context.terminal.input, bytesMax: settings.messageBytesMax)
                    let output = MessageOutput(descriptor: context.terminal.output, broken: { input.end() })
                    context.terminal.note("connects standard input to \(server.name); its end ends this\n")
                    await Bridge(server: server, output: output, settings: settings).run(input)
                    return CommandResult(exitCode: Task.isCancelled ? .interrupted : .ok)
                }
            })
    }
}

extension Bridge {
    /// A bridge to a server that a command has opened.
    convenience init(server: RemoteServer, output: MessageOutput, settings: BridgeSettings) {
        self.init(
            server: server.client, named: server.name, output: output, on: server.loop, settings: settings,
            schemas: server.schemas)
    }
}
