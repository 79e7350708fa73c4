import Glibc

/// A pipe of one test, closed with it at the latest.
final class Pipe: @unchecked Sendable {
    private(set) var read: Int32
    private(set) var write: Int32

    init() throws {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw PipeFailure() }
        read = ends[0]
        write = ends[1]
    }

    deinit {
        closeRead()
        closeWrite()
    }

    func closeRead() {
        if read >= 0 { close(read) }
        read = -1
    }

    func closeWrite() {
        if write >= 0 { close(write) }
        write = -1
    }

    /// Writes all of it; a pipe that is full waits for its reader.
    func put(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = Glibc.write(write, Array(rest), rest.count)
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    func put(_ text: String) { put(Array(text.utf8)) }
}

struct PipeFailure: Error {}
