import Cryptography
import Glibc

/// Two connected non-blocking sockets: what one end writes the other can read at once, so that nobody has to wait.
final class Wire {
    let server: Int32
    let client: Int32

    init(sendBufferBytes: Int32? = nil) {
        var ends: [Int32] = [0, 0]
        socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0, &ends)
        (server, client) = (ends[0], ends[1])
        signal(SIGPIPE, SIG_IGN)
        if var bytes = sendBufferBytes {
            for end in ends { setsockopt(end, SOL_SOCKET, SO_SNDBUF, &bytes, socklen_t(MemoryLayout<Int32>.size)) }
        }
    }

    deinit {
        close(server)
        close(client)
    }

    /// Ends the client's direction, as a peer does that goes away without a word.
    func hangUpClient() { Glibc.shutdown(client, Int32(SHUT_RDWR)) }

    static func send(_ bytes: [UInt8], through end: Int32) {
        _ = write(end, bytes, bytes.count)
    }

    static func receive(from end: Int32) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 65_536)
        return Array(bytes[..<max(0, Glibc.read(end, &bytes, bytes.count))])
    }
}

/// Lets both sides take turns until each is done or has failed. Neither waits, so a bounded number of turns is enough.
func shakeHands(_ server: TLSConnection, _ client: TLSConnection) -> (server: TLSStep, client: TLSStep) {
    var outcome = (server: TLSStep.wantsRead, client: TLSStep.wantsRead)
    for _ in 0..<20 {
        if outcome.client == .wantsRead { outcome.client = client.handshake() }
        if outcome.server == .wantsRead { outcome.server = server.handshake() }
    }
    return outcome
}

extension TLSConnection {
    func send(_ text: String) -> TLSStep {
        write(Array(text.utf8).span.bytes)
    }

    func receive(atMost count: Int = 65_536) -> (text: String, step: TLSStep) {
        var bytes = [UInt8](repeating: 0, count: count)
        let step = bytes.withUnsafeMutableBytes { read(into: $0) }
        guard case .bytes(let count) = step else { return ("", step) }
        return (String(decoding: bytes[..<count], as: UTF8.self), step)
    }
}
