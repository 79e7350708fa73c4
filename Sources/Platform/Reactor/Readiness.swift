import CLinux
import Glibc

/// What the kernel says about a descriptor, and what a handler asks to be told.
///
/// A plain struct: as an `OptionSet` its array literals cost 7,700 instructions per request, because they are not specialised
/// across modules.
package struct Readiness: Sendable, Equatable {
    /// The kernel's own bits, as epoll spells them.
    package var bits: UInt32

    /// Wraps epoll's bits.
    package init(bits: UInt32) {
        self.bits = bits
    }

    /// Nothing but errors and hang-ups, which are always reported.
    package static var nothing: Readiness { Readiness(bits: 0) }
    /// Bytes, a connection or the end can be read.
    package static var readable: Readiness { Readiness(bits: EPOLLIN.rawValue) }
    /// The socket takes more bytes.
    package static var writable: Readiness { Readiness(bits: EPOLLOUT.rawValue) }
    /// The peer will send nothing more.
    package static var peerClosed: Readiness { Readiness(bits: EPOLLRDHUP.rawValue) }
    /// Both directions are gone; always reported.
    package static var hangUp: Readiness { Readiness(bits: EPOLLHUP.rawValue) }
    /// Bytes, or the peer's end.
    package static var readableOrClosed: Readiness { Readiness(bits: EPOLLIN.rawValue | EPOLLRDHUP.rawValue) }
    /// Anything that reading would find out about: bytes, the end, a hang-up or an error.
    package static var anyInput: Readiness {
        Readiness(bits: EPOLLIN.rawValue | EPOLLRDHUP.rawValue | EPOLLHUP.rawValue | EPOLLERR.rawValue)
    }
    /// Report changes only: who reads less than there was, or writes less than it had, asks again by `setInterest`.
    package static var edge: Readiness { Readiness(bits: EPOLLET.rawValue) }

    /// Whether any of the other's bits are set.
    package func hasAny(of other: Readiness) -> Bool { bits & other.bits != 0 }
    /// With the other's bits too.
    package func adding(_ other: Readiness) -> Readiness { Readiness(bits: bits | other.bits) }
    /// Without the other's bits.
    package func removing(_ other: Readiness) -> Readiness { Readiness(bits: bits & ~other.bits) }
}

/// Something on a loop that wants to hear about one descriptor. Called on the loop's thread only.
package protocol ReadinessHandler: AnyObject {
    /// The descriptor is ready.
    func ready(_ readiness: Readiness)
}

/// Something on a loop that asked for a time. Called on the loop's thread only.
package protocol TimerHandler: AnyObject {
    /// The time has come.
    func timerFired()
}
