import Glibc
import SQLDatabase

/// A file that gets its name only when it is whole: it is written under another one, flushed, and renamed.
struct DraftFile {
    let path: String

    init(_ path: String) {
        self.path = path
    }

    /// Makes it anew and empty, for its owner alone.
    func make() throws(SQLiteBackupError) {
        remove()
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure(errno) }
        close(descriptor)
    }

    /// Forgets it, and what SQLite may have put beside it.
    func remove() {
        for suffix in ["", "-wal", "-shm", "-journal"] { unlink(path + suffix) }
    }

    /// Fills it with another file's bytes.
    func copy(_ source: String) throws(SQLiteBackupError) {
        let from = open(source, O_RDONLY | O_CLOEXEC)
        guard from >= 0 else { throw .file(source, detail: String(cString: strerror(errno))) }
        defer { close(from) }
        let to = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC)
        guard to >= 0 else { throw failure(errno) }
        defer { close(to) }
        var piece = [UInt8](repeating: 0, count: 1 << 18)
        while true {
            let count = read(from, &piece, piece.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw .file(source, detail: String(cString: strerror(errno))) }
            if count == 0 { return }
            try write(piece[..<count], to: to)
        }
    }

    /// Brings it to the disk; says how many bytes it has.
    func flush() throws(SQLiteBackupError) -> Int {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(errno) }
        defer { close(descriptor) }
        var status = stat()
        guard fsync(descriptor) == 0, fstat(descriptor, &status) == 0 else { throw failure(errno) }
        return Int(status.st_size)
    }

    /// Gives it its name, in place of what had it.
    func take(name: String) throws(SQLiteBackupError) {
        guard rename(path, name) == 0 else { throw failure(errno) }
        let slash = name.lastIndex(of: "/")
        let folder = slash.map { name[..<$0].isEmpty ? "/" : String(name[..<$0]) } ?? "."
        // The name is on the disk too when this returns; where a folder cannot be flushed, it is as good as it gets.
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }

    private func write(_ bytes: ArraySlice<UInt8>, to descriptor: Int32) throws(SQLiteBackupError) {
        var rest = bytes
        while !rest.isEmpty {
            let count = Glibc.write(descriptor, Array(rest), rest.count)
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw failure(errno) }
            rest = rest.dropFirst(count)
        }
    }

    private func failure(_ code: Int32) -> SQLiteBackupError {
        code == ENOSPC || code == EDQUOT ? .database(.full) : .file(path, detail: String(cString: strerror(code)))
    }
}
