import HTTPTransport
import JSONCoding
import MCPWire
import Reactor

/// Finds out which era a program speaks (protocol facts 2.2), and ends with a process that has answered in it.
///
/// One process is asked `server/discover`. If it answers as the stateless era does it is kept. If it answers otherwise or
/// dies it is thrown away, and a second process is asked `initialize`. If it is silent for `probeTime` the second one is
/// started beside it, and the first answer counts: a program may be silent because it does not know the question, or because
/// it is still starting.
struct EraProbe {
    private enum Event: Sendable {
        case probed(EraFinding)
        case silence
        case initialized(Result<StdioProcess, UpstreamError>)
    }

    let upstream: StdioUpstream
    let deadline: UInt64
    let loop: EventLoop

    func process() async throws(UpstreamError) -> StdioProcess {
        let probe = try await upstream.start(.probe, on: loop)
        let outcome = await withTaskGroup(of: Event.self) { group in
            group.addTask { .probed(await upstream.discovered(probe, deadline: deadline, on: loop)) }
            group.addTask {
                try? await loop.sleep(nanoseconds: upstream.settings.probeTime.inNanoseconds)
                return .silence
            }
            let outcome = await judge(probe, &group)
            group.cancelAll()
            // A handshake that came too late is nobody's.
            for await event in group {
                if case .initialized(.success(let late)) = event { upstream.close(late, "another process answered") }
            }
            return outcome
        }
        if case .success(let process) = outcome, process === probe { return probe }
        upstream.close(probe, "it has shown which era it speaks")
        return try outcome.get()
    }

    private func judge(
        _ probe: StdioProcess, _ group: inout TaskGroup<Event>
    ) async -> Result<StdioProcess, UpstreamError> {
        var isProbing = true
        var isInitializing = false
        var failure: UpstreamError?
        while let event = await group.next() {
            switch event {
            case .probed(.stateless): return .success(probe)
            case .probed(.failed(.garbage(let reason))): return .failure(.garbage(reason))
            case .probed(.handshake), .probed(.failed):
                isProbing = false
                if let failure { return .failure(failure) }
            case .silence:
                if !isProbing { continue }
            case .initialized(.success(let process)): return .success(process)
            case .initialized(.failure(let error)):
                if !isProbing { return .failure(error) }
                failure = error
            }
            guard !isInitializing else { continue }
            isInitializing = true
            group.addTask {
                do throws(UpstreamError) {
                    return .initialized(
                        .success(
                            try await upstream.initialized(
                                .shared, capabilities: JSONObject(), deadline: deadline, on: loop)))
                } catch {
                    return .initialized(.failure(error))
                }
            }
        }
        return .failure(failure ?? .process(.silent))
    }
}
