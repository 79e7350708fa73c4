/// A response without its body.
package struct ResponseHead: Sendable {
    /// 100 to 599; below 200 it is an interim head, and the answer is still to come.
    package let status: Int
    /// 1 for HTTP/1.1, 0 for HTTP/1.0.
    package let minorVersion: UInt8
    /// All fields in order, those that frame the message too.
    package let fields: HTTPFields
    /// Where the body ends.
    package let framing: BodyFraming
    /// Whether the connection can take another request after the body.
    package let keepsAlive: Bool

    /// Whether the final head is still to come; skip this one and parse on.
    package var isInterim: Bool { status < 200 }
}
