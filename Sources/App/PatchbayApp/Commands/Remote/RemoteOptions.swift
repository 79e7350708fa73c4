/// The options of all commands that talk to a server.
enum RemoteOptions {
    static let authorities = CommandSyntax.Option(
        name: "--ca-file", value: "FILE", help: "more certificate authorities for https, a PEM file")

    static func timeout(_ time: String) -> CommandSyntax.Option {
        CommandSyntax.Option(
            name: "--timeout", value: "TIME", help: "how long to wait, like 30s or 5m; without it \(time)")
    }

    /// The time of `--timeout`; nothing when it is not one.
    static func time(_ arguments: ParsedArguments, default time: Duration) -> Duration? {
        guard let text = arguments.value("--timeout") else { return time }
        return Quantity.time(text).flatMap { $0 > .zero ? $0 : nil }
    }

    static let wrongTimeout = CommandResult.usage("--timeout takes a time with its unit, like 30s or 5m.")
}
