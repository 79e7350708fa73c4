import Reactor
import Testing

@Suite struct `A socket address` {
    struct Row: Sendable, CustomTestStringConvertible {
        var text: String
        var family: SocketAddress.Family
        var written: String
        var isLoopback: Bool
        var testDescription: String { text }
    }

    static let good: [Row] = [
        Row(text: "127.0.0.1", family: .ipv4, written: "127.0.0.1:80", isLoopback: true),
        Row(text: "127.255.255.254", family: .ipv4, written: "127.255.255.254:80", isLoopback: true),
        Row(text: "128.0.0.1", family: .ipv4, written: "128.0.0.1:80", isLoopback: false),
        Row(text: "0.0.0.0", family: .ipv4, written: "0.0.0.0:80", isLoopback: false),
        Row(text: "255.255.255.255", family: .ipv4, written: "255.255.255.255:80", isLoopback: false),
        Row(text: "::1", family: .ipv6, written: "[::1]:80", isLoopback: true),
        Row(text: "0:0:0:0:0:0:0:1", family: .ipv6, written: "[::1]:80", isLoopback: true),
        Row(text: "::", family: .ipv6, written: "[::]:80", isLoopback: false),
        Row(text: "2001:DB8::A", family: .ipv6, written: "[2001:db8::a]:80", isLoopback: false),
        Row(text: "::ffff:127.0.0.1", family: .ipv6, written: "[::ffff:127.0.0.1]:80", isLoopback: true),
        Row(text: "::ffff:10.0.0.1", family: .ipv6, written: "[::ffff:10.0.0.1]:80", isLoopback: false),
        Row(text: "::127.0.0.1", family: .ipv6, written: "[::127.0.0.1]:80", isLoopback: false),
    ]

    @Test(arguments: good) func `is read from a literal and written in one way`(row: Row) throws {
        let address = try SocketAddress(literal: row.text, port: 80)
        #expect(address.family == row.family)
        #expect(address.port == 80)
        #expect(address.description == row.written)
        #expect(address.isLoopback == row.isLoopback)
        #expect(try SocketAddress(literal: address.host, port: 80) == address)
        #expect(try SocketAddress(literal: row.text, port: 81) != address)
    }

    @Test(arguments: [
        "", " ", "localhost", "127.0.0.1 ", " 127.0.0.1", "127.0.0", "127.1", "127.0.0.1.", "256.0.0.1", "0x7f.0.0.1",
        "127.0.0.1:80", "[::1]", ":::1", "1:2:3:4:5:6:7", "::1%lo", "127.0.0.1\u{0}", "127.0.0.1\u{0}.example",
        "١.0.0.1",
    ])
    func `refuses what is not a literal`(text: String) {
        #expect(throws: ReactorError.addressInvalid(text)) { try SocketAddress(literal: text, port: 1) }
    }

    @Test func `takes a path of 107 bytes and refuses one of 108`() throws {
        let longest = "/" + String(repeating: "p", count: SocketAddress.pathBytesMax - 2)
        #expect(longest.utf8.count == 107)
        let address = try SocketAddress(unixPath: longest)
        #expect(address.description == "unix:" + longest)
        #expect(address.isLoopback)
        #expect(throws: ReactorError.addressInvalid(longest + "p")) { try SocketAddress(unixPath: longest + "p") }
    }

    @Test(arguments: ["", "/tmp/a\u{0}b"]) func `refuses a path that C would cut`(path: String) {
        #expect(throws: ReactorError.addressInvalid(path)) { try SocketAddress(unixPath: path) }
    }

    @Test(arguments: [UInt16(0), 1, 443, .max]) func `keeps every port`(port: UInt16) throws {
        #expect(try SocketAddress(literal: "127.0.0.1", port: port).port == port)
        #expect(try SocketAddress(literal: "::1", port: port).port == port)
    }
}

@Suite struct `A reactor error` {
    @Test(arguments: [
        (ReactorError.system(call: "bind", number: 98), "bind: Address already in use"),
        (.nameUnknown(name: "a", detail: "d"), "the name a has no address: d"),
        (.addressInvalid("x"), "x is not an address; write host:port or unix:/path"),
        (.laneFull, "too much blocking work is waiting"),
        (.shuttingDown, "the program is shutting down"),
        (.cancelled, "cancelled"),
        (.timedOut, "timed out"),
        (.limitReached(name: "runningMax", max: 2), "the limit runningMax of 2 is reached"),
        (.spawnFailed(program: "p", number: 2), "p could not be started: No such file or directory"),
    ])
    func `says in a sentence what failed`(error: ReactorError, sentence: String) {
        #expect(error.reason == sentence)
    }
}
