import CLinux
import Glibc

/// What a new thread does, and what it is called in a debugger.
final class ThreadBody {
    let name: String
    let run: () -> Void

    init(name: String, run: @escaping () -> Void) {
        self.name = name
        self.run = run
    }
}

/// Starts a joinable thread. The body is retained for the thread and released by it, exactly once.
func startThread(_ body: ThreadBody) -> pthread_t? {
    var thread = pthread_t()
    let context = Unmanaged.passRetained(body)
    let status = pthread_create(
        &thread, nil,
        { argument in
            guard let argument else { return nil }
            let body = Unmanaged<ThreadBody>.fromOpaque(argument).takeRetainedValue()
            patchbay_name_thread(body.name)
            body.run()
            return nil
        }, context.toOpaque())
    guard status == 0 else {
        context.release()
        return nil
    }
    return thread
}
