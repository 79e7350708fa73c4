import Glibc
import Reactor
import Synchronization
import Telemetry

/// Runs the gateway from its configuration until a signal ends it.
struct Serving: Sendable {
    let main: ProcessMain

    /// Serves; `reread` reads the configuration again at SIGHUP, and throws lines for the log.
    func run(
        _ configuration: Configuration, reread: @escaping @Sendable () throws(ConfigurationError) -> Configuration
    ) async -> ExitCode {
        let writer = LineWriter()
        let log = Log(
            level: configuration.log.level,
            sink: .lines(configuration.log.format.renderingForStandardError(), to: writer))
        let process: GatewayProcess
        do throws(StartError) {
            process = try await GatewayProcess.start(configuration, log: log)
        } catch {
            log.error("the gateway did not start", ["reason": .string(error.reason)])
            return .failed
        }
        log.info("serving", process.welcome)
        if let link = await process.firstStartLink() {
            log.info("nobody can sign in yet: open this once and make the first operator", ["link": .string(link)])
        }
        let house = Task { await process.keepHouse() }
        defer { house.cancel() }
        let inbox = SignalInbox()
        main.signals.start(on: main.loop) { number in
            if number == SIGCHLD { process.childEnded() } else { inbox.arrived(number) }
        }
        while true {
            let number = await inbox.next()
            if number == SIGHUP {
                do throws(ConfigurationError) {
                    await process.reload(try reread())
                } catch {
                    for line in error.lines {
                        log.error("the new configuration was not taken, the old one stays", ["mistake": .string(line)])
                    }
                }
                continue
            }
            log.info("stopping: calls in flight may end; a second signal stops at once")
            // Whoever asks twice does not want to wait: 128 + the signal's number is what shells expect.
            inbox.onNext { _exit(128 + $0) }
            await process.stop()
            log.info("stopped")
            return .ok
        }
    }
}
