package import GatewayModel

/// What a sealed task id says: at which upstream the task is, and whose it is.
///
/// A task id may act as a bearer (MCP Tasks extension), so it names its principal, and anybody else's use of it is unknown.
package struct TaskClaims: Sendable, Hashable {
    /// The longest encoding: the id travels in `Mcp-Name` too, and a sealed one must fit into a field of a head.
    package static let bytesMax = 1_500
    /// The longest id that an upstream may give a task.
    package static let taskIDBytesMax = 1_024
    /// The longest name of an upstream or of a principal.
    package static let nameBytesMax = 256

    /// Which tasks the upstream has.
    package enum Form: UInt64, Sendable, Hashable {
        /// Those of the extension of 2026-07-28.
        case tasksExtension = 0
        /// Those of the core of 2025-11-25.
        case core = 1
    }

    /// The upstream's name.
    package var upstream: String
    /// What the upstream calls the task.
    package var taskID: String
    /// Which tasks the upstream has.
    package var form: Form
    /// The virtual server that it was begun at; it is unknown at every other.
    package var server: ServerSlug
    /// Whose task it is.
    package var principal: String
    /// What could be asked of the client that began it: an upstream with sessions knows the task in that one.
    package var interactive: InteractiveCapabilities
    /// Until when the id is good, in seconds since 1970; absent if the upstream keeps the task without end.
    package var expiresAt: UInt64?

    /// Makes claims of these parts.
    package init(
        upstream: String, taskID: String, form: Form, server: ServerSlug, principal: String,
        interactive: InteractiveCapabilities = [], expiresAt: UInt64?
    ) {
        self.upstream = upstream
        self.taskID = taskID
        self.form = form
        self.server = server
        self.principal = principal
        self.interactive = interactive
        self.expiresAt = expiresAt
    }

    /// The bytes to seal; nothing if the upstream's id is too long.
    package var encoded: [UInt8]? {
        var writer = ClaimWriter(.task)
        writer.text(upstream)
        writer.text(taskID)
        writer.number(form.rawValue)
        writer.text(server.text)
        writer.text(principal)
        writer.number(UInt64(interactive.rawValue))
        writer.number(expiresAt == nil ? 0 : 1)
        if let expiresAt { writer.number(expiresAt) }
        let isShort =
            taskID.utf8.count <= Self.taskIDBytesMax
            && [upstream, principal].allSatisfy { $0.utf8.count <= Self.nameBytesMax }
        return isShort && writer.bytes.count <= Self.bytesMax ? writer.bytes : nil
    }

    /// Reads what was sealed.
    package init(decoding bytes: [UInt8]) throws(ClaimFault) {
        var reader = try ClaimReader(bytes, .task)
        upstream = try reader.text(max: Self.nameBytesMax)
        taskID = try reader.text(max: Self.taskIDBytesMax)
        guard let form = Form(rawValue: try reader.number()) else { throw .wrongValue }
        self.form = form
        server = try ServerSlug(claim: try reader.text(max: ServerSlug.bytesMax))
        principal = try reader.text(max: Self.nameBytesMax)
        guard let bits = UInt8(exactly: try reader.number()) else { throw .wrongValue }
        interactive = InteractiveCapabilities(rawValue: bits)
        switch try reader.number() {
        case 0: expiresAt = nil
        case 1: expiresAt = try reader.number()
        default: throw .wrongValue
        }
        try reader.end()
    }
}
