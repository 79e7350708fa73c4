import Glibc

/// An answer as it came over a socket.
struct Answer: Sendable {
    let status: Int
    let fields: [(name: String, value: String)]
    let body: [UInt8]

    var text: String { String(decoding: body, as: UTF8.self) }

    func field(_ name: String) -> String? {
        fields.first { $0.name == name }?.value
    }

    func values(_ name: String) -> [String] {
        fields.filter { $0.name == name }.map(\.value)
    }

    /// What a cookie of this name is set to.
    func cookie(_ name: String) -> String? {
        values("set-cookie").first { $0.hasPrefix(name + "=") }.map { field in
            String(field.dropFirst(name.count + 1).prefix { $0 != ";" })
        }
    }

    /// What a form of this page has to carry.
    var formToken: String {
        let mark = "name=\"form_token\" value=\""
        guard let range = text.firstRange(of: mark) else { return "" }
        return String(text[range.upperBound...].prefix { $0 != "\"" })
    }
}

enum WireError: Error {
    case system(String, Int32)
    case malformed(String)
}

/// Sends one request on a connection of its own and reads the answer, on the thread of the caller.
func exchange(port: UInt16, _ request: String) throws -> Answer {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw WireError.system("socket", errno) }
    defer { close(descriptor) }
    var time = timeval(tv_sec: 240, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let status = withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
    }
    guard status == 0 else { throw WireError.system("connect", errno) }
    var rest = Array(request.utf8)[...]
    while !rest.isEmpty {
        let count = rest.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
        guard count > 0 else { break }
        rest = rest.dropFirst(count)
    }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 64 * 1024)
    while true {
        let count = recv(descriptor, &chunk, chunk.count, 0)
        guard count > 0 else { break }
        bytes += chunk[..<count]
    }
    return try Answer(bytes)
}

extension Answer {
    init(_ bytes: [UInt8]) throws {
        let end = Array("\r\n\r\n".utf8)
        guard let place = bytes.firstRange(of: end) else {
            throw WireError.malformed(String(decoding: bytes.prefix(200), as: UTF8.self))
        }
        let lines = String(decoding: bytes[..<place.lowerBound], as: UTF8.self).split(separator: "\r\n")
        guard let first = lines.first, let status = Int(first.split(separator: " ")[1]) else {
            throw WireError.malformed("no status")
        }
        fields = lines.dropFirst().map { line in
            let parts = line.split(separator: ":", maxSplits: 1)
            return (parts[0].lowercased(), String(parts[1].drop { $0 == " " }))
        }
        self.status = status
        body = Array(bytes[place.upperBound...])
    }
}

/// What a thread of a test does.
private final class Work: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
}

/// Runs blocking code on a thread of its own, so that it never holds a thread that tests share.
func onThread<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    return try await withCheckedThrowingContinuation { continuation in
        var thread = pthread_t()
        let work = Work { continuation.resume(with: Result { try body() }) }
        let status = pthread_create(
            &thread, nil,
            { argument in
                Unmanaged<Work>.fromOpaque(argument!).takeRetainedValue().body()
                return nil
            }, Unmanaged.passRetained(work).toOpaque())
        precondition(status == 0, "the system gives no thread for a test")
        pthread_detach(thread)
    }
}

/// A request as text.
func request(_ method: String, _ target: String, _ fields: [String], body: String?) -> String {
    let length = body.map { ["content-length: \($0.utf8.count)"] } ?? []
    let lines = ["host: test", "connection: close"] + length + fields
    return "\(method) \(target) HTTP/1.1\r\n" + lines.map { $0 + "\r\n" }.joined() + "\r\n" + (body ?? "")
}
