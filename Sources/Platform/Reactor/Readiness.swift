import CLinux
import Glibc

/// What the kernel says about a descriptor, and what a handler asks to be told.
package struct Readiness: OptionSet, Sendable {
    package let rawValue: UInt32

    /// Wraps epoll's bits.
    package init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// Bytes, a connection or the end can be read.
    package static let readable = Readiness(rawValue: EPOLLIN.rawValue)
    /// The socket takes more bytes.
    package static let writable = Readiness(rawValue: EPOLLOUT.rawValue)
    /// The peer will send nothing more.
    package static let peerClosed = Readiness(rawValue: EPOLLRDHUP.rawValue)
    /// Both directions are gone; always reported.
    package static let hangUp = Readiness(rawValue: EPOLLHUP.rawValue)
    /// The socket has an error; always reported.
    package static let failure = Readiness(rawValue: EPOLLERR.rawValue)
}

/// Something on a loop that wants to hear about one descriptor. Called on the loop's thread only.
package protocol ReadinessHandler: AnyObject {
    /// The descriptor is ready; level-triggered, so what is left is reported again.
    func ready(_ readiness: Readiness)
}

/// Something on a loop that asked for a time. Called on the loop's thread only.
package protocol TimerHandler: AnyObject {
    /// The time has come.
    func timerFired()
}
