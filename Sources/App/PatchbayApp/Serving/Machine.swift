import CLinux
import Glibc

/// How many cores this process may use, which a container or `taskset` may have made fewer than the machine has.
func availableCores() -> Int {
    max(1, Int(patchbay_available_cores()))
}

/// Lets this process have as many descriptors as the system allows: each connection needs one.
func raiseDescriptorLimit() {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
    limit.rlim_cur = limit.rlim_max
    setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
}

/// The environment that this process was started with, by name; what is no UTF-8 is left out.
func ownEnvironment() -> [String: String] {
    guard let bytes = try? ConfigurationSurroundings.process.contents("/proc/self/environ", 4 << 20) else { return [:] }
    var variables: [String: String] = [:]
    for entry in bytes.split(separator: 0) {
        guard let text = String(validating: entry, as: UTF8.self), let equals = text.firstIndex(of: "=") else {
            continue
        }
        variables[String(text[..<equals])] = String(text[text.index(after: equals)...])
    }
    return variables
}
