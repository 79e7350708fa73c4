package import HTTPMessages
package import MCPWire
import Synchronization

/// One request on its way to an upstream: the message as the client sent it, and what must be known of it.
///
/// A class, because it waits in several async frames until its answer comes.
package final class UpstreamCall: Sendable {
    /// The JSON-RPC request, byte by byte as it came.
    package let message: [UInt8]
    /// Where the value of `id` stands in the message.
    package let id: Range<Int>
    /// What the request asks for.
    package let method: MCPMethod
    /// The fields of the client's request; those that mirror the message or carry the trace go on, the rest stays here.
    package let clientFields: HTTPFields
    /// Whose connection is shown to the upstream; empty where it is the same for everybody.
    package let account: String
    /// When the answer must be here, on the loop's clock.
    package let deadline: UInt64
    /// What the beginning of the short way has shown. A refusal is about that, and not about what others have renewed since.
    let shown = Mutex<UpstreamCredential?>(nil)

    /// A request with these parts.
    package init(
        message: [UInt8], id: Range<Int>, method: MCPMethod, clientFields: HTTPFields, account: String = "",
        deadline: UInt64
    ) {
        self.message = message
        self.id = id
        self.method = method
        self.clientFields = clientFields
        self.account = account
        self.deadline = deadline
    }
}
