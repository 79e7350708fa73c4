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
