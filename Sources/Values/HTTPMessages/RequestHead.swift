/// A request without its body, as it can be understood in one way only.
package struct RequestHead: Sendable {
    /// What is to be done.
    package let method: HTTPMethod
    /// 1 for HTTP/1.1, 0 for HTTP/1.0.
    package let minorVersion: UInt8
    /// All fields in order, those that frame the message too.
    package let fields: HTTPFields
    /// Where the body ends; never `untilClose`.
    package let framing: BodyFraming
    /// Whether the sender wants another request on this connection.
    package let keepsAlive: Bool
    /// Whether the sender waits for `100 Continue` before it sends the body; never without a body.
    package let expectsContinue: Bool

    // The parts below are offsets into the bytes that the fields share, so that they cost no allocation.
    private let target: Place
    private let pathPlace: Place
    private let hostPlace: Place

    /// Half a `Range<Int>`, so that a head stays small enough to be moved in registers.
    private struct Place: Sendable {
        var start: UInt32
        var end: UInt32

        init(_ range: Range<Int>) {
            start = UInt32(truncatingIfNeeded: range.lowerBound)
            end = UInt32(truncatingIfNeeded: range.upperBound)
        }

        @inline(__always)
        var range: Range<Int> { Int(start)..<Int(end) }
    }

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
        self.target = Place(target.whole)
        pathPlace = Place(target.path)
        hostPlace = Place(hostRange)
    }

    /// The target as it came.
    package var targetBytes: [UInt8] { Array(fields.bytes[target.range]) }

    /// The path, percent-encoded as it came; `*` for the server as a whole, `/` for an absolute form without a path.
    package var path: String {
        pathPlace.range.isEmpty ? "/" : String(decoding: fields.bytes[pathPlace.range], as: UTF8.self)
    }

    /// What stands after the question mark, as it came; `nil` without one.
    package var query: String? {
        guard pathPlace.range.upperBound < target.range.upperBound else { return nil }
        return String(decoding: fields.bytes[(pathPlace.range.upperBound + 1)..<target.range.upperBound], as: UTF8.self)
    }

    /// Whom the request is for: host and port as they came; empty in HTTP/1.0 without Host.
    package var host: String { String(decoding: fields.bytes[hostPlace.range], as: UTF8.self) }

    /// Lends the path without copying it.
    package func withPath<Result>(_ body: (Span<UInt8>) -> Result) -> Result {
        pathPlace.range.isEmpty ? body(RequestHead.root.span) : body(fields.bytes.span.extracting(pathPlace.range))
    }

    /// Lends the target without copying it.
    package func withTarget<Result>(_ body: (Span<UInt8>) -> Result) -> Result {
        body(fields.bytes.span.extracting(target.range))
    }

    /// Lends host and port without copying them.
    package func withHost<Result>(_ body: (Span<UInt8>) -> Result) -> Result {
        body(fields.bytes.span.extracting(hostPlace.range))
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
