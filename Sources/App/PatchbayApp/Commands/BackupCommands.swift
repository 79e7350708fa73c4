import JSONCoding
import Reactor
import SQLiteDriver
import Storage

extension Command {
    /// Saves the database while it is used or not.
    static var backup: Command {
        Command(
            syntax: CommandSyntax(
                name: "backup",
                summary: "Save the database into a file, also while the gateway runs.",
                operands: [.required("FILE")],
                options: [AdministrationRun.configuration, CommandSyntax.json("the answer as one JSON object")],
                explanation: """
                    FILE gets its name when it is whole, and holds one moment of everything that the gateway keeps. The file
                    `sealing-keys` in the data folder is not in it: keep a copy of that too, in another place, because tokens of
                    upstreams cannot be read without it.
                    """,
                examples: ["patchbay backup patchbay-2026-11-30.db --config /etc/patchbay.yaml"],
                exitCodes: [.ok, .failed, .usage, .configuration]),
            run: { arguments, context in
                await withStore(arguments, context) { store throws(SQLiteBackupError) in
                    let saved = try await store.save(to: absolute(arguments.operands[0], context))
                    return (saved.sentence, ["file": .string(saved.path), "bytes": .number(JSONNumber(saved.bytes))])
                }
            })
    }

    /// Puts a saved database in place of the one that is there.
    static var restore: Command {
        Command(
            syntax: CommandSyntax(
                name: "restore",
                summary: "Put a saved database back, while no gateway runs.",
                operands: [.required("FILE")],
                options: [AdministrationRun.configuration, CommandSyntax.json("the answer as one JSON object")],
                explanation: """
                    FILE is what `patchbay backup` saved. It is looked at first: whether it is whole, ours, and not of a newer
                    version. The database that was there stays beside the new one. Put the `sealing-keys` of its time back too.
                    """,
                examples: ["patchbay restore patchbay-2026-11-30.db --config /etc/patchbay.yaml"],
                exitCodes: [.ok, .failed, .usage, .configuration]),
            run: { arguments, context in
                await withStore(arguments, context) { store throws(SQLiteBackupError) in
                    let restored = try await store.restore(absolute(arguments.operands[0], context))
                    return (restored.sentence, ["replaced": restored.replaced.map { .string($0) } ?? .null])
                }
            })
    }

    private static func absolute(_ path: String, _ context: CommandContext) -> String {
        if path.hasPrefix("/") { return path }
        return (context.surroundings.currentFolder == "/" ? "" : context.surroundings.currentFolder) + "/" + path
    }

    private static func withStore(
        _ arguments: ParsedArguments, _ context: CommandContext,
        _ body: (StoreBackup) async throws(SQLiteBackupError) -> (String, JSONObject)
    ) async -> CommandResult {
        await context.withConfiguration(arguments) { configuration in
            await withStore(configuration, arguments, body)
        }
    }

    private static func withStore(
        _ configuration: Configuration, _ arguments: ParsedArguments,
        _ body: (StoreBackup) async throws(SQLiteBackupError) -> (String, JSONObject)
    ) async -> CommandResult {
        let lane = BlockingLane(threads: 1, queueMax: 10)
        defer { lane.shutDown() }
        let folder = configuration.dataFolder
        let store = StoreBackup(
            database: "\(folder)/\(DataFolder.databaseName)", keyFile: "\(folder)/\(SealingKeyFile.name)",
            schemas: DataFolder.schemas, lane: lane)
        do throws(SQLiteBackupError) {
            let (sentence, json) = try await body(store)
            return CommandResult(standardOutput: arguments.isSet("--json") ? jsonLine(json) : sentence + "\n")
        } catch {
            return .failed(.failed, error.sentence)
        }
    }
}
