package import GatewayModel

/// What a browser sees at an MCP address: that it is one, and how to connect a client to it (rulings 6.11).
package enum ConnectPage {
    /// The page for one server, or for all of them.
    package static func html(_ snapshot: GatewaySnapshot, server: VirtualServerDefinition?) -> String {
        let servers = server.map { [$0] } ?? snapshot.servers
        let rows = servers.map { server in
            """
            <section><h2>\(escaped(server.title))</h2>
            <p><code>\(escaped(MCPAddress.url(server, snapshot)))</code></p></section>
            """
        }
        let first = servers.first.map { MCPAddress.url($0, snapshot) } ?? "\(snapshot.publicURL)/mcp"
        return """
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
            <title>Patchbay</title><style>\(style)</style></head>
            <body><main><h1>Patchbay is running</h1>
            <p>This is an address for MCP clients, not for browsers. Add one of these addresses to your client:</p>
            \(rows.joined(separator: "\n"))
            <h2>For example</h2>
            <p>From the terminal: <code>patchbay tools \(escaped(first))</code>. A client that knows only stdio runs
            <code>patchbay stdio \(escaped(first))</code>.</p>
            <p>Python, with the <code>mcp</code> package 2.x:</p>
            <pre>async with Client("\(escaped(first))") as client:
                print(await client.list_tools())</pre>
            </main></body></html>
            """
    }

    private static let style = """
        :root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;margin:0;padding:2rem 1rem}\
        main{max-width:44rem;margin:auto}h1{font-size:1.6rem}h2{font-size:1.1rem;margin-bottom:.2rem}\
        code,pre{font:0.95em/1.4 ui-monospace,monospace;background:color-mix(in srgb,currentColor 10%,transparent);\
        border-radius:.3rem;padding:.15rem .4rem}pre{padding:.8rem;overflow:auto}
        """

    private static func escaped(_ text: String) -> String {
        var result = ""
        for character in text {
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            default: result.append(character)
            }
        }
        return result
    }
}
