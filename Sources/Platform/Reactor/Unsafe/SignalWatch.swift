import CLinux
import Glibc

/// Turns signals into calls on a loop. Make it before any thread is started, so that all threads have them blocked.
///
/// `@unchecked Sendable`: everything but constants is touched on `loop` only.
package final class SignalWatch: ReadinessHandler, @unchecked Sendable {
    private let descriptor: Int32
    private var registration = EventLoop.Registration.none
    private var handler: ((Int32) -> Void)?

    /// Blocks the signals in this thread and those it starts; SIGPIPE is ignored for good.
    package init(_ signals: [Int32]) throws(ReactorError) {
        signal(SIGPIPE, SIG_IGN)
        var set = sigset_t()
        sigemptyset(&set)
        for number in signals { sigaddset(&set, number) }
        pthread_sigmask(SIG_BLOCK, &set, nil)
        descriptor = signalfd(-1, &set, Int32(SFD_NONBLOCK | SFD_CLOEXEC))
        guard descriptor >= 0 else { throw .system(call: "signalfd", number: errno) }
    }

    deinit {
        close(descriptor)
    }

    /// Calls `handler` on `loop` with each signal's number.
    package func start(on loop: EventLoop, _ handler: @escaping @Sendable (Int32) -> Void) {
        loop.execute { [self] in
            self.handler = handler
            registration = (try? loop.watch(descriptor, for: .readable, handler: self)) ?? .none
        }
    }

    /// Lets go of the handler; the signals stay blocked.
    package func stop(on loop: EventLoop) {
        loop.execute { [self] in
            loop.stopWatching(registration)
            handler = nil
        }
    }

    /// Reads one signal's record a turn; the loop calls again while there are more.
    package func ready(_ readiness: Readiness) {
        var info = signalfd_siginfo()
        if read(descriptor, &info, MemoryLayout<signalfd_siginfo>.size) == MemoryLayout<signalfd_siginfo>.size {
            handler?(Int32(info.ssi_signo))
        }
    }
}
