import Cryptography
import Glibc
import Testing

/// Two sides that have shaken hands.
private final class Established {
    let files: TemporaryCertificates
    let wire: Wire
    let server: TLSConnection
    let client: TLSConnection

    init(sendBufferBytes: Int32? = nil) throws {
        files = try TemporaryCertificates()
        wire = Wire(sendBufferBytes: sendBufferBytes)
        try files.makeCertificate("server", for: "DNS:localhost", by: nil)
        let context = try TLSServerContext(certificateFile: files.path("server.pem"), keyFile: files.path("server.key"))
        server = try TLSConnection(server: context, descriptor: wire.server)
        client = try TLSConnection(
            client: try TLSClientContext(additionalAuthoritiesFile: files.path("server.pem")), host: "localhost",
            descriptor: wire.client)
        try #require(shakeHands(server, client) == (.done, .done))
    }
}

@Suite struct `An open TLS connection` {
    @Test func `keeps what was decrypted and not yet read`() throws {
        let both = try Established()
        #expect(both.client.send("0123456789") == .bytes(10))
        #expect(both.server.pendingBytes == 0)
        #expect(both.server.receive(atMost: 4).text == "0123")
        #expect(both.server.pendingBytes == 6)
        #expect(both.server.receive().text == "456789")
        #expect(both.server.pendingBytes == 0)
    }

    @Test func `takes as much as finds room, and goes on from bytes that have moved`() throws {
        let both = try Established(sendBufferBytes: 4_096)
        let sent = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 8) }
        var received: [UInt8] = []
        var offset = 0
        var waits = 0
        for _ in 0..<10_000 where received.count < sent.count {
            // A fresh copy each time: never the address of the call before.
            let rest = Array(sent[offset...])
            switch both.client.write(rest.span.bytes) {
            case .bytes(let count): offset += count
            case .wantsWrite: waits += 1
            case let other: Issue.record("\(other)")
            }
            var buffer = [UInt8](repeating: 0, count: 10_000)
            while case .bytes(let count) = buffer.withUnsafeMutableBytes({ both.server.read(into: $0) }) {
                guard count > 0 else { break }
                received += buffer[..<count]
            }
        }
        #expect(received == sent)
        #expect(waits > 0)
    }

    @Test func `reads into a span and ignores empty buffers`() throws {
        let both = try Established()
        #expect(both.client.send("") == .bytes(0))
        #expect(both.client.send("abc") == .bytes(3))
        var bytes: [UInt8] = [0, 0, 0, 0]
        var whole = bytes.mutableSpan
        var span = whole.mutableBytes
        let step = both.server.read(into: &span)
        #expect(step == .bytes(3))
        #expect(bytes == [0x61, 0x62, 0x63, 0])
        #expect(both.server.read(into: UnsafeMutableRawBufferPointer(start: nil, count: 0)) == .bytes(0))
    }

    @Test func `ends with a goodbye, in one direction at a time`() throws {
        let both = try Established()
        #expect(both.client.send("last") == .bytes(4))
        #expect(both.client.shutdown() == .done)
        #expect(both.server.receive().text == "last")
        #expect(!both.server.peerSaidGoodbye)
        #expect(both.server.receive().step == .closed)
        #expect(both.server.peerSaidGoodbye)
        #expect(both.server.send("answer") == .bytes(6))
        #expect(both.client.receive().text == "answer")
        #expect(both.server.shutdown() == .done)
        #expect(both.client.receive().step == .closed)
    }

    @Test func `notices that the peer went without a goodbye`() throws {
        let both = try Established()
        #expect(both.client.send("cut") == .bytes(3))
        both.wire.hangUpClient()
        #expect(both.server.receive().text == "cut")
        for _ in 0..<2 { #expect(both.server.receive().step == .closed) }
        #expect(!both.server.peerSaidGoodbye)
    }

    @Test func `says what the system says when it breaks`() throws {
        let both = try Established()
        both.wire.hangUpClient()
        let step = both.server.send("x")
        #expect(step == .failed(.connectionBroken(reason: "Broken pipe")))
        #expect(both.server.receive().step == step)
        #expect(both.server.shutdown() == step)
    }

    @Test func `fails on a record that was changed on the way`() throws {
        let both = try Established()
        _ = both.server.receive()
        #expect(both.client.send("secret") == .bytes(6))
        var record = Wire.receive(from: both.wire.server)
        record[record.count - 1] ^= 1
        // Put back in front of the server as if it came from the client.
        Wire.send(record, through: both.wire.client)
        guard case .failed = both.server.receive().step else {
            Issue.record("a forged record was accepted")
            return
        }
        #expect(both.server.send("more") == both.server.receive().step)
    }
}

@Suite struct `The accepting side of TLS` {
    private let files: TemporaryCertificates
    private let wire = Wire()
    private let server: TLSConnection

    init() throws {
        files = try TemporaryCertificates()
        try files.makeCertificate("server", for: "DNS:localhost", by: nil)
        server = try TLSConnection(
            server: try TLSServerContext(certificateFile: files.path("server.pem"), keyFile: files.path("server.key")),
            descriptor: wire.server)
    }

    private func answer(to bytes: [UInt8]) -> TLSStep {
        Wire.send(bytes, through: wire.client)
        return server.handshake()
    }

    /// A ClientHello up to TLS 1.2, with one cipher of ECDHE-ECDSA-AES128-GCM-SHA256 and the given ALPN protocol.
    private func clientHello(version: UInt8, alpn: String?) -> [UInt8] {
        func counted(_ bytes: [UInt8]) -> [UInt8] { [UInt8(bytes.count >> 8), UInt8(bytes.count & 0xFF)] + bytes }
        func field(_ type: UInt8, _ bytes: [UInt8]) -> [UInt8] { [0, type] + counted(bytes) }
        var extensions = field(10, counted([0, 23])) + field(11, [1, 0]) + field(13, counted([4, 3]))
        if let alpn { extensions += field(16, counted([UInt8(alpn.utf8.count)] + Array(alpn.utf8))) }
        let body: [UInt8] =
            [3, version] + [UInt8](repeating: 7, count: 32) + [0] + counted([0xC0, 0x2B]) + [1, 0] + counted(extensions)
        return [22, 3, 1] + counted([1, 0] + counted(body))
    }

    private func alert() -> [UInt8] { Wire.receive(from: wire.client) }

    @Test func `takes TLS 1.2`() {
        #expect(answer(to: clientHello(version: 3, alpn: "http/1.1")) == .wantsRead)
        #expect(server.protocolVersion == "TLSv1.2")
        #expect(server.negotiatedProtocol == "http/1.1")
    }

    @Test func `refuses TLS 1.1 and says so by an alert`() {
        #expect(
            answer(to: clientHello(version: 2, alpn: nil)) == .failed(.nothingInCommon(reason: "unsupported protocol")))
        #expect(alert() == [21, 3, 2, 0, 2, 2, 70])
    }

    @Test func `refuses a client that speaks another protocol only`() {
        #expect(answer(to: clientHello(version: 3, alpn: "h2")) == .failed(.library("no application protocol")))
        #expect(alert().suffix(2) == [2, 120])
    }

    @Test func `takes a client that names no protocol`() {
        #expect(answer(to: clientHello(version: 3, alpn: nil)) == .wantsRead)
        #expect(server.negotiatedProtocol == nil)
    }

    @Test(arguments: ["GET / HTTP/1.1\r\nHost: x\r\n\r\n", "POST /mcp HTTP/1.1\r\n\r\n"])
    func `knows plain HTTP when it sees it`(text: String) {
        #expect(answer(to: Array(text.utf8)) == .failed(.peerSpeaksPlainHTTP))
    }

    @Test(arguments: [
        [UInt8](repeating: 0, count: 100), [UInt8](repeating: 0xFF, count: 100), Array("SSH-2.0-OpenSSH_9\r\n".utf8),
        [23, 3, 3, 0, 4, 1, 2, 3, 4], [22, 3, 1, 0xFF, 0xFF] + [UInt8](repeating: 1, count: 50),
    ])
    func `refuses what is no ClientHello`(bytes: [UInt8]) {
        #expect(answer(to: bytes) == .failed(.peerNotTLS))
    }

    @Test func `waits for the rest of a ClientHello, and notices when it never comes`() {
        let hello = clientHello(version: 3, alpn: nil)
        for byte in hello.dropLast() { #expect(answer(to: [byte]) == .wantsRead) }
        wire.hangUpClient()
        #expect(server.handshake() == .failed(.closedDuringHandshake))
    }

    @Test func `survives every ClientHello with one byte changed`() throws {
        let hello = clientHello(version: 3, alpn: "http/1.1")
        let context = try TLSServerContext(certificateFile: files.path("server.pem"), keyFile: files.path("server.key"))
        for index in hello.indices {
            let wire = Wire()
            let server = try TLSConnection(server: context, descriptor: wire.server)
            var changed = hello
            changed[index] ^= 0x41
            Wire.send(changed, through: wire.client)
            let step = server.handshake()
            wire.hangUpClient()
            guard case .failed = server.handshake() else {
                Issue.record("byte \(index): \(step)")
                continue
            }
        }
    }
}

@Suite struct `The connecting side of TLS` {
    private let wire = Wire()
    private let client: TLSConnection

    init() throws {
        client = try TLSConnection(client: try TLSClientContext(), host: "localhost", descriptor: wire.client)
        #expect(client.handshake() == .wantsRead)
    }

    private func step(after bytes: [UInt8]) -> TLSStep {
        Wire.send(bytes, through: wire.server)
        return client.handshake()
    }

    private func hello(of client: TLSConnection, on wire: Wire) -> [UInt8] { Wire.receive(from: wire.server) }

    @Test func `sends the name and the one protocol that it speaks`() {
        let hello = hello(of: client, on: wire)
        #expect(hello.contains(sequence: "localhost"))
        #expect(hello.contains(sequence: "\u{8}http/1.1"))
        #expect(!hello.contains(sequence: "h2"))
    }

    @Test func `sends no name for an address`() throws {
        let wire = Wire()
        let client = try TLSConnection(client: try TLSClientContext(), host: "127.0.0.1", descriptor: wire.client)
        #expect(client.handshake() == .wantsRead)
        #expect(!hello(of: client, on: wire).contains(sequence: "127.0.0.1"))
    }

    @Test func `refuses a server that chooses TLS 1.1`() {
        let body: [UInt8] = [3, 2] + [UInt8](repeating: 7, count: 32) + [0, 0xC0, 0x09, 0]
        let record: [UInt8] = [22, 3, 2, 0, UInt8(body.count + 4), 2, 0, 0, UInt8(body.count)] + body
        #expect(step(after: record) == .failed(.nothingInCommon(reason: "unsupported protocol")))
    }

    @Test func `says that an answer in plain HTTP is not TLS`() {
        #expect(step(after: Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8)) == .failed(.peerNotTLS))
    }

    @Test func `says that the server hung up`() {
        Glibc.shutdown(wire.server, Int32(SHUT_RDWR))
        #expect(client.handshake() == .failed(.closedDuringHandshake))
    }

    @Test func `names the alert that the server sent`() {
        #expect(step(after: [21, 3, 3, 0, 2, 2, 40]) == .failed(.alertReceived("sslv3 alert handshake failure")))
    }

    @Test func `says no goodbye before it has said hello`() {
        #expect(client.shutdown() == .done)
    }
}

extension [UInt8] {
    fileprivate func contains(sequence text: String) -> Bool {
        let word = Array(text.utf8)
        return count >= word.count
            && (0...count - word.count).contains { self[$0..<$0 + word.count].elementsEqual(word) }
    }
}
