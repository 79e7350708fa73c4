import Glibc

/// What `/proc` says about one process.
struct ProcessRecord: Equatable {
    let id: pid_t
    let isZombie: Bool
    let parent: pid_t
    let group: pid_t
    let session: pid_t
    /// In ticks since the machine started; with `id` it names a process for good.
    let startTime: UInt64

    /// Reads `/proc/<id>/stat`: the name in parentheses may hold anything, so fields are counted from the last parenthesis.
    init?(stat: [UInt8]) {
        guard let open = stat.firstIndex(of: UInt8(ascii: " ")), let close = stat.lastIndex(of: UInt8(ascii: ")")),
            let id = pid_t(String(decoding: stat[..<open], as: UTF8.self))
        else { return nil }
        let fields = String(decoding: stat[(close + 1)...], as: UTF8.self).split(separator: " ")
        guard fields.count > 19, let parent = pid_t(fields[1]), let group = pid_t(fields[2]),
            let session = pid_t(fields[3]), let startTime = UInt64(fields[19])
        else { return nil }
        self.id = id
        isZombie = fields[0] == "Z" || fields[0] == "X"
        self.parent = parent
        self.group = group
        self.session = session
        self.startTime = startTime
    }
}

/// The kernel's list of processes, read from `/proc`. Every answer may be out of date when it arrives.
enum ProcessTable {
    /// Environments are read this far; the kernel's own limit for one is far above any real one.
    static let environmentBytesMax = 4 * 1024 * 1024

    static func record(of id: pid_t) -> ProcessRecord? {
        contents(of: "/proc/\(id)/stat", max: 4_096).flatMap { ProcessRecord(stat: $0) }
    }

    /// The children of all threads. A kernel without those lists is asked for every process instead.
    static func children(of id: pid_t) -> [pid_t] {
        var found: [pid_t] = []
        var hasLists = false
        for thread in numbers(in: "/proc/\(id)/task") {
            guard let list = contents(of: "/proc/\(id)/task/\(thread)/children", max: 1024 * 1024) else { continue }
            hasLists = true
            found += String(decoding: list, as: UTF8.self).split(separator: " ").compactMap { pid_t($0) }
        }
        if hasLists { return found }
        return numbers(in: "/proc").filter { record(of: $0)?.parent == id }
    }

    /// Whether a process was started with this exact `NAME=value`.
    static func hasEnvironment(_ entry: [UInt8], _ id: pid_t) -> Bool {
        guard let all = contents(of: "/proc/\(id)/environ", max: environmentBytesMax) else { return false }
        return all.split(separator: 0).contains { $0.elementsEqual(entry) }
    }

    private static func contents(of path: String, max: Int) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var result: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16 * 1024)
        while result.count < max {
            let count = read(descriptor, &chunk, chunk.count)
            if count < 0 && errno == EINTR { continue }
            if count < 0 { return nil }
            if count == 0 { break }
            result += chunk[..<count]
        }
        return result
    }

    /// The entries of a folder that are numbers.
    private static func numbers(in folder: String) -> [pid_t] {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var found: [pid_t] = []
        while let entry = readdir(stream) {
            // d_name is a C string inside the record, which stays until the next readdir of this stream.
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if let number = pid_t(name) { found.append(number) }
        }
        return found
    }
}
