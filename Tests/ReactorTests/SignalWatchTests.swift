import Glibc
import Reactor
import Testing

/// In processes of their own: blocking signals and being sent some is for the whole process.
@Suite(.timeLimit(.minutes(1))) struct `A signal watch` {
    @Test func `calls its handler on the loop for each signal`() async {
        await #expect(processExitsWith: .success) {
            // No wait in between: the threads of the group inherit the mask of this one.
            let watch = try SignalWatch([SIGUSR1, SIGUSR2])
            let group = try EventLoopGroup(count: 1)
            group.start()
            let loop = group.loops[0]
            let heard = Box<[Int32]>([])
            let arrived = Signal()
            watch.start(on: loop) { number in
                heard.change { $0.append(loop.isOnLoop ? number : -number) }
                arrived.send()
            }
            // To the loop's thread, which has them blocked: other threads of a test process do not.
            await loop.on {
                _ = raise(SIGUSR2)
                _ = raise(SIGUSR1)
            }
            await arrived.wait()
            await arrived.wait()
            #expect(heard.value.sorted() == [SIGUSR1, SIGUSR2].sorted())
            await loop.on { _ = raise(SIGUSR1) }
            await arrived.wait()
            #expect(heard.value.last == SIGUSR1)
            group.stopAndJoin()
        }
    }

    @Test func `is quiet after its stop, and the signals stay blocked`() async {
        await #expect(processExitsWith: .success) {
            let watch = try SignalWatch([SIGUSR1])
            let group = try EventLoopGroup(count: 1)
            group.start()
            let loop = group.loops[0]
            let heard = Box(0)
            watch.start(on: loop) { _ in heard.change { $0 += 1 } }
            watch.stop(on: loop)
            await loop.on { _ = raise(SIGUSR1) }
            await loop.settle()
            #expect(heard.value == 0)
            group.stopAndJoin()
        }
    }

    @Test func `makes writing to a closed pipe an error for the whole process`() async {
        await #expect(processExitsWith: .success) {
            _ = try SignalWatch([SIGUSR1])
            var ends: [Int32] = [-1, -1]
            #expect(pipe(&ends) == 0)
            close(ends[0])
            #expect(write(ends[1], "x", 1) == -1 && errno == EPIPE)
        }
    }
}
