import Glibc
import Reactor

/// The program: the one place where a result becomes bytes and an exit code.
package enum PatchbayMain {
    /// Runs the command line of this process; what is returned goes to `exit`.
    package static func run() -> Int32 {
        let main: ProcessMain
        do throws(ReactorError) {
            main = try ProcessMain()
        } catch {
            write("patchbay: \(error.reason)\n", to: STDERR_FILENO)
            return ExitCode.failed.rawValue
        }
        return main.run {
            let context = CommandContext(
                surroundings: .process,
                terminal: CommandTerminal(
                    isOutputWatched: isatty(STDOUT_FILENO) == 1,
                    note: { if isatty(STDERR_FILENO) == 1 { write($0, to: STDERR_FILENO) } }),
                untilInterrupted: { await main.untilInterrupted($0, $1) },
                serve: { await Serving(main: main).run($0, reread: $1) })
            let result = await PatchbayCommandLine.run(Array(CommandLine.arguments.dropFirst()), context: context)
            write(result.standardError, to: STDERR_FILENO)
            write(result.standardOutput, to: STDOUT_FILENO)
            return result.exitCode.rawValue
        }
    }

    private static func write(_ text: String, to descriptor: Int32) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = Glibc.write(descriptor, Array(bytes), bytes.count)
            if count < 0, errno == EINTR { continue }
            // Nobody is left to be told when the reader of our output is gone.
            guard count > 0 else { return }
            bytes = bytes.dropFirst(count)
        }
    }
}
