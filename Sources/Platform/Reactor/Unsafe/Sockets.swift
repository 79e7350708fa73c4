import CLinux
import Glibc

/// The socket calls of the transport, each non-blocking and closed on exec.
package enum Sockets {
    /// What reading or writing once brought.
    package enum Step: Sendable, Equatable {
        /// So many bytes moved.
        case bytes(Int)
        /// Nothing now; wait for readiness.
        case wouldBlock
        /// The peer sends nothing more.
        case endOfStream
        /// errno of what went wrong.
        case failed(Int32)
    }

    /// What asking for one connection brought.
    package enum Accepted: Sendable, Equatable {
        /// A new connection, non-blocking.
        case descriptor(Int32)
        /// Nobody waits.
        case wouldBlock
        /// The one that waited is gone already; ask again.
        case lost
        /// Descriptors or memory are used up.
        case exhausted(Int32)
        /// The listener itself is broken.
        case failed(Int32)
    }

    /// Opens a listening socket; with `sharesPort` each loop has its own for one port.
    package static func listen(
        _ address: SocketAddress, sharesPort: Bool, backlog: Int32 = 1024
    ) throws(ReactorError) -> Int32 {
        let descriptor = socket(address.domain, Int32(SOCK_STREAM.rawValue) | streamFlags, 0)
        guard descriptor >= 0 else { throw .system(call: "socket", number: errno) }
        if address.family != .unix {
            set(descriptor, SOL_SOCKET, SO_REUSEADDR, 1)
            if sharesPort { set(descriptor, SOL_SOCKET, SO_REUSEPORT, 1) }
            if address.family == .ipv6 { set(descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY, 1) }
            if address.isLoopback { avoidPacing(descriptor) }
        }
        guard address.withPointer({ bind(descriptor, $0, $1) }) == 0 else {
            let number = errno
            close(descriptor)
            throw .system(call: "bind \(address)", number: number)
        }
        guard Glibc.listen(descriptor, backlog) == 0 else {
            let number = errno
            close(descriptor)
            throw .system(call: "listen \(address)", number: number)
        }
        return descriptor
    }

    /// The address that the kernel gave a socket.
    package static func localAddress(of descriptor: Int32) throws(ReactorError) -> SocketAddress {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        // sockaddr_storage is by definition large and aligned enough for every sockaddr.
        let address: SocketAddress? = withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                getsockname(descriptor, generic, &length) == 0 ? SocketAddress(generic, length: length) : nil
            }
        }
        guard let address else { throw .system(call: "getsockname", number: errno) }
        return address
    }

    /// Takes one waiting connection.
    package static func accept(_ listener: Int32) -> Accepted {
        let descriptor = patchbay_accept(listener, nil, nil)
        if descriptor >= 0 { return .descriptor(descriptor) }
        switch errno {
        case EAGAIN: return .wouldBlock
        // Linux reports errors that the new connection had already; accept(2) says to ask again.
        case EINTR, ECONNABORTED, EPROTO, EPERM, ENETDOWN, ENOPROTOOPT, EHOSTDOWN, ENONET, EHOSTUNREACH, ENETUNREACH:
            return .lost
        case EMFILE, ENFILE, ENOBUFS, ENOMEM: return .exhausted(errno)
        default: return .failed(errno)
        }
    }

    /// Begins to connect; the socket becomes writable when it is decided.
    package static func connect(_ address: SocketAddress) throws(ReactorError) -> Int32 {
        let descriptor = socket(address.domain, Int32(SOCK_STREAM.rawValue) | streamFlags, 0)
        guard descriptor >= 0 else { throw .system(call: "socket", number: errno) }
        setNoDelay(descriptor, family: address.family)
        if address.isLoopback && address.family != .unix { avoidPacing(descriptor) }
        let status = address.withPointer { Glibc.connect(descriptor, $0, $1) }
        // EAGAIN is a refusal: no free local port, or the queue of a Unix listener is full. Nothing is in progress then,
        // and the socket would look connected to whoever waits for it to become writable.
        if status != 0 && errno != EINPROGRESS && errno != EINTR {
            let number = errno
            close(descriptor)
            throw .system(call: "connect \(address)", number: number)
        }
        return descriptor
    }

    /// The outcome of a `connect` that was in progress; 0 when it succeeded.
    package static func pendingError(of descriptor: Int32) -> Int32 {
        var value: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        guard getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &value, &length) == 0 else { return errno }
        return value
    }

    /// Answers leave at once instead of waiting for more to send.
    package static func setNoDelay(_ descriptor: Int32, family: SocketAddress.Family) {
        if family != .unix { set(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, 1) }
    }

    /// Reads what is there, up to the buffer's size.
    package static func read(_ descriptor: Int32, into buffer: UnsafeMutableRawBufferPointer) -> Step {
        while true {
            let count = patchbay_receive(descriptor, buffer.baseAddress, buffer.count)
            if count > 0 { return .bytes(count) }
            if count == 0 { return .endOfStream }
            if errno == EINTR { continue }
            return errno == EAGAIN ? .wouldBlock : .failed(errno)
        }
    }

    /// Sends what the socket takes; never raises SIGPIPE.
    package static func write(_ descriptor: Int32, _ buffer: UnsafeRawBufferPointer) -> Step {
        while true {
            let count = patchbay_send(descriptor, buffer.baseAddress, buffer.count)
            if count >= 0 { return .bytes(count) }
            if errno == EINTR { continue }
            return errno == EAGAIN ? .wouldBlock : .failed(errno)
        }
    }

    /// True when the peer has neither closed nor sent anything; asked before an old connection is used again.
    package static func isQuiet(_ descriptor: Int32) -> Bool {
        var byte: UInt8 = 0
        return recv(descriptor, &byte, 1, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT)) < 0 && errno == EAGAIN
    }

    /// How many bytes of ours the peer's kernel took, or `nil` where the socket cannot tell.
    package static func bytesAcknowledged(_ descriptor: Int32) -> Int64? {
        let count = patchbay_bytes_acknowledged(descriptor)
        return count < 0 ? nil : count
    }

    /// Says that we send nothing more, and keeps reading.
    package static func shutDownWriting(_ descriptor: Int32) {
        shutdown(descriptor, Int32(SHUT_WR))
    }

    /// Makes the next `close` a reset: nothing more is delivered.
    package static func resetOnClose(_ descriptor: Int32) {
        var value = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &value, socklen_t(MemoryLayout<linger>.size))
    }

    /// Closes a descriptor that is no longer watched.
    package static func close(_ descriptor: Int32) {
        Glibc.close(descriptor)
    }

    /// Where the system's default congestion control paces its packets (BBR), each answer arms a timer, which buys nothing
    /// within one machine. Accepted sockets inherit it from their listener; a refusal changes nothing.
    private static func avoidPacing(_ descriptor: Int32) {
        let name: StaticString = "reno"
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_CONGESTION, name.utf8Start, socklen_t(name.utf8CodeUnitCount))
    }

    private static var streamFlags: Int32 { Int32(SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue) }

    private static func set(_ descriptor: Int32, _ level: Int32, _ option: Int32, _ value: Int32) {
        var value = value
        setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
    }
}
