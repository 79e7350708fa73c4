/// How much one message may ask of us before it is refused; bodies are limited by who reads them.
package struct HTTPLimits: Sendable, Equatable {
    /// Start line and fields together, with the empty line; design 14 says 32 KiB.
    package var headBytesMax = 32 * 1024
    /// Fields of one head.
    package var fieldCountMax = 100
    /// The request target; longer ones get 414, which says more than 431.
    package var targetBytesMax = 8 * 1024
    /// One chunk's size line: digits, extensions and CRLF.
    package var chunkHeadBytesMax = 1024
    /// What chunk heads may take beyond sixteen bytes and twice the data they carry: a body is not made of extensions.
    package var chunkOverheadBytesMax = 16 * 1024
    /// The trailer section with its empty line.
    package var trailerBytesMax = 8 * 1024
    /// Fields of one trailer section.
    package var trailerCountMax = 32
    /// One server-sent event, all its lines together; an upstream's answer may be 16 MiB (design 14).
    package var eventBytesMax = 16 * 1024 * 1024

    /// The limits of design 14.
    package init() {}
}
