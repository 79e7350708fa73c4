import Glibc

/// What a raw peer meets that it does not expect.
enum RawPeerError: Error {
    case timedOut
    case reset
    case ended(partial: String)
    case system(String, Int32)
    case malformed(String)
}

/// One end of a connection with blocking calls, which knows just enough HTTP to look at what the product sends.
///
/// `@unchecked Sendable`: one thread uses it at a time.
final class RawPeer: @unchecked Sendable {
    private(set) var descriptor: Int32
    private var buffer: [UInt8] = []

    init(descriptor: Int32) {
        self.descriptor = descriptor
        setTimeLimit(patience)
    }

    /// Connects to a port of this machine; the buffers can be made small, so that back-pressure comes early.
    convenience init(port: UInt16, receiveBufferBytes: Int32? = nil) throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw RawPeerError.system("socket", errno) }
        if var bytes = receiveBufferBytes {
            setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &bytes, socklen_t(MemoryLayout<Int32>.size))
        }
        var address = loopback(port: port)
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard status == 0 else {
            let number = errno
            Glibc.close(descriptor)
            throw RawPeerError.system("connect", number)
        }
        self.init(descriptor: descriptor)
        setNoDelay()
    }

    /// Connects to a path of this machine.
    convenience init(path: String) throws {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard status == 0 else {
            let number = errno
            Glibc.close(descriptor)
            throw RawPeerError.system("connect", number)
        }
        self.init(descriptor: descriptor)
    }

    deinit { close() }

    func setTimeLimit(_ limit: Duration) {
        var time = timeval(tv_sec: Int(limit.components.seconds), tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
    }

    func setNoDelay() {
        var one: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
    }

    // MARK: Sending

    func send(_ text: String) throws {
        try send(Array(text.utf8))
    }

    func send(_ bytes: [UInt8]) throws {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress! + sent, bytes.count - sent, Int32(MSG_NOSIGNAL))
            }
            if count > 0 {
                sent += count
            } else if errno == EAGAIN {
                throw RawPeerError.timedOut
            } else if errno != EINTR {
                throw errno == ECONNRESET || errno == EPIPE ? RawPeerError.reset : RawPeerError.system("send", errno)
            }
        }
    }

    /// Sends each byte as a segment of its own.
    func drip(_ text: String) throws {
        for byte in text.utf8 { try send([byte]) }
    }

    /// Sends what the socket takes without waiting; returns how many bytes that were.
    func sendWithoutWaiting(_ bytes: [UInt8]) -> Int {
        let count = bytes.withUnsafeBytes {
            Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
        }
        return max(0, count)
    }

    func endSending() {
        shutdown(descriptor, Int32(SHUT_WR))
    }

    // MARK: Receiving

    /// Fills the buffer once; false at the end of the stream.
    private func fill() throws -> Bool {
        var chunk = [UInt8](repeating: 0, count: 64 * 1024)
        while true {
            let count = recv(descriptor, &chunk, chunk.count, 0)
            if count > 0 {
                buffer += chunk[..<count]
                return true
            }
            if count == 0 { return false }
            if errno == EINTR { continue }
            if errno == EAGAIN { throw RawPeerError.timedOut }
            throw errno == ECONNRESET ? RawPeerError.reset : RawPeerError.system("recv", errno)
        }
    }

    func read(_ count: Int) throws -> [UInt8] {
        while buffer.count < count {
            guard try fill() else {
                throw RawPeerError.ended(partial: String(decoding: buffer.prefix(200), as: UTF8.self))
            }
        }
        defer { buffer.removeFirst(count) }
        return Array(buffer[..<count])
    }

    func readLine() throws -> String {
        var searched = 0
        while true {
            if let end = buffer[searched...].firstIndex(of: 10) {
                let line = try read(end + 1)
                guard line.count >= 2, line[line.count - 2] == 13 else {
                    throw RawPeerError.malformed("a line without CR")
                }
                return String(decoding: line.dropLast(2), as: UTF8.self)
            }
            searched = buffer.count
            guard try fill() else {
                throw RawPeerError.ended(partial: String(decoding: buffer.prefix(200), as: UTF8.self))
            }
        }
    }

    /// Everything until the other side ends its stream; a reset throws.
    func readToEnd() throws -> [UInt8] {
        while try fill() {}
        defer { buffer = [] }
        return buffer
    }

    /// How the connection ends, whatever still comes before that.
    enum End { case closed, reset }

    func readEnd() throws -> End {
        do {
            _ = try readToEnd()
            return .closed
        } catch RawPeerError.reset {
            return .reset
        }
    }

    /// True when bytes or an end wait to be read.
    var hasInput: Bool {
        var byte: UInt8 = 0
        return !buffer.isEmpty || recv(descriptor, &byte, 1, Int32(MSG_PEEK | MSG_DONTWAIT)) >= 0 || errno != EAGAIN
    }

    /// Waits until bytes or an end can be read.
    func waitForInput() throws {
        if buffer.isEmpty, try !fill() { throw RawPeerError.ended(partial: "") }
    }

    // MARK: Ending

    func close() {
        if descriptor >= 0 { Glibc.close(descriptor) }
        descriptor = -1
    }

    /// Closes so that the other side sees a reset.
    func reset() {
        var value = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &value, socklen_t(MemoryLayout<linger>.size))
        close()
    }
}

func loopback(port: UInt16) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    return address
}
