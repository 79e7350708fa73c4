/// The messages that are measured, made here so that a clone has them and no file is needed.
enum Messages {
    static let all: [(name: String, bytes: [UInt8])] = [
        ("call", call),
        ("spaced", spaced),
        ("list", list),
        ("text", text),
        ("unicode", unicode),
        ("indented", indented),
        ("numbers", numbers),
    ]

    private static let size = 64 << 10

    /// A `tools/call` of some 300 bytes, as a client of 2026-07-28 sends it.
    private static let call = Array(
        """
        {"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"weather_forecast","arguments":{"city":"Berlin",\
        "days":3},"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28",\
        "io.modelcontextprotocol/clientCapabilities":{},"io.modelcontextprotocol/clientInfo":{"name":"bench",\
        "version":"1.0"}}}}
        """.utf8)

    /// The same as Python's encoder writes it by default, with a space behind each comma and colon.
    private static let spaced = call.flatMap { byte in
        byte == UInt8(ascii: ",") || byte == UInt8(ascii: ":") ? [byte, UInt8(ascii: " ")] : [byte]
    }

    /// A list of tools with their schemas.
    private static let list = message(of: { index in
        """
        {"name":"tool_\(index)","title":"Tool number \(index)","description":"Moves card \(index) to another column of \
        the board and returns it.","inputSchema":{"type":"object","properties":{"card":{"type":"integer","minimum":1},\
        "column":{"type":"string","enum":["todo","doing","done"]}},"required":["card","column"]},\
        "annotations":{"readOnlyHint":false,"destructiveHint":false,"openWorldHint":false}}
        """
    })

    /// One long text with line ends and quotes, as a file is returned.
    private static let text = message(of: { index in
        #"{"type":"text","text":"\#(line(index))\#(line(index + 1))\#(line(index + 2))"}"#
    })

    /// Text that is mostly beyond ASCII.
    private static let unicode = message(of: { index in
        #"{"type":"text","text":"天気予報 \#(index): 明日は晴れ、最高気温は二十五度です。Grüße aus Köln, größere Übung 🌤️"}"#
    })

    /// Indented by four spaces.
    private static let indented = message(of: { index in
        """

                {
                    "name": "tool_\(index)",
                    "inputSchema": {
                        "type": "object",
                        "properties": {}
                    }
                }
        """
    })

    /// Rows of numbers.
    private static let numbers = message(of: { index in "[\(index),-\(index).25,\(index)e-3,0,1234567890]" })

    private static func line(_ index: Int) -> String {
        #"let answer\#(index) = \"forty-two\" // the question is still being computed, please wait a little\n"#
    }

    private static func message(of element: (Int) -> String) -> [UInt8] {
        var text = #"{"jsonrpc":"2.0","id":7,"result":{"resultType":"complete","items":["#
        for index in 0... {
            if index > 0 { text += "," }
            text += element(index)
            if text.utf8.count > size - 100 { break }
        }
        return Array((text + "]}}").utf8)
    }
}
