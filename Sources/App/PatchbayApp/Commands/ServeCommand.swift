extension Command {
    /// Runs the gateway in the foreground.
    static var serve: Command {
        Command(
            syntax: CommandSyntax(
                name: "serve",
                summary: "Run the gateway until it is stopped.",
                options: [
                    .init(
                        name: "--config", value: "FILE",
                        help: "the configuration; without it ./patchbay.yaml if it is there, else a Kanban board to try"
                    ),
                    .init(
                        name: "--listen", value: "ADDRESS",
                        help: "host:port, [v6]:port or unix:/path, instead of the file's"),
                    CommandSyntax.json("write every log line as JSON"),
                ],
                explanation: """
                    Clients connect to http://127.0.0.1:8080/mcp unless the configuration says otherwise.
                    Control-C or SIGTERM stops it after the calls in flight; SIGHUP reads the configuration again.
                    """,
                examples: [
                    "patchbay serve", "patchbay serve --config /etc/patchbay.yaml",
                    "patchbay serve --listen 127.0.0.1:9000",
                ],
                exitCodes: [.ok, .failed, .usage, .configuration]),
            run: { arguments, context in
                let read: @Sendable () throws(ConfigurationError) -> Configuration = { () throws(ConfigurationError) in
                    try Configuration.load(
                        namedOrUsual: arguments.value("--config"),
                        overrides: ConfigurationOverrides(
                            listen: arguments.value("--listen"), isLogJSON: arguments.isSet("--json")),
                        surroundings: context.surroundings)
                }
                do throws(ConfigurationError) {
                    return CommandResult(exitCode: await context.serve(try read(), read))
                } catch {
                    return CommandResult(exitCode: error.exitCode, standardError: error.text)
                }
            })
    }
}

extension ConfigurationError {
    var exitCode: ExitCode { .configuration }

    /// One line for each mistake.
    var text: String { lines.map { "\($0)\n" }.joined() }
}
