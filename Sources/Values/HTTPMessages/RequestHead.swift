/// A request without its body, as it can be understood in one way only.
package struct RequestHead: Sendable {
    /// What is to be done.
    package let method: HTTPMethod
    /// 1 for HTTP/1.1, 0 for HTTP/1.0.
    package let minorVersion: UInt8
    /// All fields in order, those that frame the message too.
    package var fields: HTTPFields
    /// Where the body ends; never `untilClose`.
    package let framing: BodyFraming
    /// Whether the sender wants another request on this connection.
    package let keepsAlive: Bool
    /// Whether the sender waits for `100 Continue` before it sends the body; never without a body.
    package let expectsContinue: Bool

    // The parts below are offsets into the bytes that the fields share, so that they cost no allocation.
    private let bytes: [UInt8]
    private let target: RequestTarget
    private let hostRange: Range<Int>

    private static let root: [UInt8] = [0x2F]

    init(
        method: HTTPMethod, minorVersion: UInt8, fields: HTTPFields, framing: BodyFraming, keepsAlive: Bool,
        expectsContinue: Bool, target: RequestTarget, hostRange: Range<Int>
    ) {
        self.method = method
        self.minorVersion = minorVersion
        self.fields = fields
        self.framing = framing
        self.keepsAlive = keepsAlive
        self.expectsContinue = expectsContinue
        self.bytes = fields.bytes
        self.target = target
        self.hostRange = hostRange
    }

    /// The target as it came.
    package var targetBytes: [UInt8] { Array(bytes[target.whole]) }

    /// The path, percent-encoded as it came; `*` for the server as a whole, `/` for an absolute form without a path.
    package var path: String {
        target.path.isEmpty ? "/" : String(decoding: bytes[target.path], as: UTF8.self)
    }

    /// What stands after the question mark, as it came; `nil` without one.
    package var query: String? {
        guard target.path.upperBound < target.whole.upperBound else { return nil }
        return String(decoding: bytes[(target.path.upperBound + 1)..<target.whole.upperBound], as: UTF8.self)
    }

    /// Whom the request is for: host and port as they came; empty in HTTP/1.0 without Host.
    package var host: String { String(decoding: bytes[hostRange], as: UTF8.self) }

    /// Lends the path without copying it.
    package func withPath<Result>(_ body: (Span<UInt8>) -> Result) -> Result {
        target.path.isEmpty ? body(RequestHead.root.span) : body(bytes.span.extracting(target.path))
    }

    /// Lends the target without copying it.
    package func withTarget<Result>(_ body: (Span<UInt8>) -> Result) -> Result {
        body(bytes.span.extracting(target.whole))
    }

    /// Lends host and port without copying them.
    package func withHost<Result>(_ body: (Span<UInt8>) -> Result) -> Result {
        body(bytes.span.extracting(hostRange))
    }

    /// Whether the path is exactly this one, byte by byte.
    package func pathEquals(_ literal: StaticString) -> Bool {
        withPath { ByteComparison.equal($0, literal) }
    }

    /// Whether the path begins with these bytes.
    package func pathHasPrefix(_ literal: StaticString) -> Bool {
        withPath { ByteComparison.hasPrefix($0, literal) }
    }

    /// Whether the host with its port is this one, in whatever case.
    package func hostEquals(_ literal: StaticString) -> Bool {
        withHost { ByteComparison.equal($0, literal, ignoringCase: true) }
    }
}
