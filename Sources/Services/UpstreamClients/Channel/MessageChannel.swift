/// A way on which whole JSON-RPC messages go to one server and come from it, in no particular relation to each other: the pipes of
/// a process, or the event stream and the posts of HTTP+SSE.
///
/// All methods are called on the loop that the channel's `JSONRPCPeer` was given: `send` by one task, `receive` by another.
package protocol MessageChannel: Sendable {
    /// Sends one message; returns when the channel would take the next one. An error ends nothing by itself: the message is lost
    /// to its call, and what became of the channel is said by `receive`.
    func send(_ message: [UInt8]) async throws(UpstreamError)

    /// The next message as it came; nothing when the server has ended the channel in due form. Ends early with an error when the
    /// task is cancelled.
    func receive() async throws(UpstreamError) -> [UInt8]?

    /// Ends the channel and frees what it holds; called once, after which nothing else is.
    func close() async
}
