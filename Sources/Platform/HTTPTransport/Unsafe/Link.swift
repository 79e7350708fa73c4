import Cryptography
import Glibc
import Reactor

/// The bytes of a connection: the socket itself, or TLS over it. Both read and write alike.
enum Link {
    case plain
    case tls(TLSConnection)

    /// What one attempt brought; `wants…` say which readiness to wait for.
    enum Step {
        case bytes(Int)
        case wantsRead
        case wantsWrite
        case endOfStream
        case failed(String)
    }

    func read(_ descriptor: Int32, into buffer: UnsafeMutableRawBufferPointer) -> Step {
        switch self {
        case .plain:
            switch Sockets.read(descriptor, into: buffer) {
            case .bytes(let count): return .bytes(count)
            case .wouldBlock: return .wantsRead
            case .endOfStream: return .endOfStream
            case .failed(let number): return .failed(errorText(number))
            }
        case .tls(let connection):
            return Step(connection.read(into: buffer))
        }
    }

    func write(_ descriptor: Int32, _ buffer: UnsafeRawBufferPointer) -> Step {
        switch self {
        case .plain:
            switch Sockets.write(descriptor, buffer) {
            case .bytes(let count): return .bytes(count)
            case .wouldBlock: return .wantsWrite
            case .endOfStream: return .endOfStream
            case .failed(let number): return .failed(errorText(number))
            }
        case .tls(let connection):
            return Step(connection.write(buffer))
        }
    }

    var isTLS: Bool {
        if case .tls = self { return true }
        return false
    }
}

extension Link.Step {
    init(_ step: TLSStep) {
        switch step {
        case .bytes(let count): self = .bytes(count)
        case .done: self = .bytes(0)
        case .wantsRead: self = .wantsRead
        case .wantsWrite: self = .wantsWrite
        case .closed: self = .endOfStream
        case .failed(let error): self = .failed(error.sentence)
        }
    }
}
