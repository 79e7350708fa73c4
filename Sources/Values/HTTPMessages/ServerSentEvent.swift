/// One event of an event stream, as the HTML standard's section 9.2 dispatches it.
package struct ServerSentEvent: Sendable, Equatable {
    /// The event's type; empty means `message`.
    package var name: String
    /// The data lines joined by line feeds, as bytes; JSON in MCP.
    package var data: [UInt8]
    /// The last event id that the stream has set so far; empty when none.
    package var id: String

    /// An event with its data.
    package init(name: String = "", data: [UInt8], id: String = "") {
        self.name = name
        self.data = data
        self.id = id
    }
}
