import Glibc

/// What the kernel says about this process, under the names that Prometheus' own clients use.
package enum ProcessReadings {
    /// Registers all of them.
    package static func register(with metrics: Metrics) {
        metrics.reading("process_resident_memory_bytes", help: "Resident memory size in bytes.") {
            residentMemoryBytes().map(Double.init)
        }
        metrics.reading("process_open_fds", help: "Number of open file descriptors.") {
            openDescriptors().map(Double.init)
        }
        metrics.reading("process_max_fds", help: "Maximum number of open file descriptors.") {
            descriptorsMax().map(Double.init)
        }
        metrics.reading(
            "process_cpu_seconds_total", help: "Total user and system CPU time spent in seconds.", kind: .counter
        ) {
            cpuSeconds()
        }
    }

    /// The pages of the process that are in memory, in bytes; `nil` without `/proc`.
    package static func residentMemoryBytes() -> Int? {
        let file = open("/proc/self/statm", O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var text = [UInt8](repeating: 0, count: 128)
        let count = read(file, &text, text.count)
        guard count > 0 else { return nil }
        let fields = text[..<count].split(separator: UInt8(ascii: " "))
        guard fields.count > 1, let pages = Int(String(decoding: fields[1], as: UTF8.self)) else { return nil }
        return pages * sysconf(Int32(_SC_PAGESIZE))
    }

    /// How many descriptors are open, without the one that looking takes; `nil` without `/proc`.
    package static func openDescriptors() -> Int? {
        guard let directory = opendir("/proc/self/fd") else { return nil }
        defer { closedir(directory) }
        var entries = 0
        while readdir(directory) != nil { entries += 1 }
        // Less ".", ".." and the directory itself.
        return entries - 3
    }

    /// How many descriptors the process may open.
    package static func descriptorsMax() -> UInt? {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return nil }
        return UInt(limit.rlim_cur)
    }

    /// The processor time that the process has used.
    package static func cpuSeconds() -> Double? {
        var time = timespec()
        guard clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time) == 0 else { return nil }
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
