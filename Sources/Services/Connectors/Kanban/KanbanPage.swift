/// The board as a page: one HTML5 document that asks nobody for anything, because a host's sandbox would refuse it.
///
/// Its three sources are the files in `Board/`, compiled into the binary.
enum KanbanPage {
    /// Where the page is read; it never changes, because tools and hosts remember it.
    static let uri = "ui://kanban/board"
    /// The type that MCP Apps (2026-01-26) requires, without a space: hosts compare the whole text.
    static let mimeType = "text/html;profile=mcp-app"

    /// The whole document.
    static let document = """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>Board</title>
        <style>
        \(text(PackageResources.board_css))</style>
        </head>
        <body>
        \(text(PackageResources.board_html))<script>
        \(text(PackageResources.board_js))</script>
        </body>
        </html>

        """

    private static func text(_ bytes: [UInt8]) -> String {
        String(decoding: bytes, as: UTF8.self)
    }
}
