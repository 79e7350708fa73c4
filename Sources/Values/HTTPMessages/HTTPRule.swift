/// The strictness list: each way in which a message can be refused, with the number it has in `docs/http-strictness.md`.
///
/// A message that two parsers could read differently is refused, never repaired. Numbers are never used again.
package enum HTTPRule: Int, Sendable, CaseIterable {
    // The request line.
    case emptyLines = 1
    case methodSyntax = 2
    case methodConnect = 3
    case targetByte = 4
    case requestLineSpacing = 5
    case versionSyntax = 6
    case versionUnsupported = 7
    case targetTooLong = 8
    case targetForm = 9
    case targetAuthority = 10
    case percentEncoding = 11
    case dotSegments = 12

    // Fields, of requests, responses and trailers.
    case tabAroundValue = 19
    case bareCarriageReturn = 20
    case bareLineFeed = 21
    case controlByte = 22
    case foldedLine = 23
    case spaceBeforeColon = 24
    case nameEmpty = 25
    case nameByte = 26
    case colonMissing = 27
    case headTooLarge = 28
    case tooManyFields = 29

    // Whom the request is for.
    case hostMissing = 30
    case hostRepeated = 31
    case hostSyntax = 32

    // Where the body ends.
    case lengthAndCoding = 40
    case lengthRepeated = 41
    case lengthSyntax = 42
    case lengthOverflow = 43
    case codingRepeated = 44
    case codingUnsupported = 45
    case codingInOldVersion = 46
    case expectation = 47
    case bodyTooLarge = 48

    // Responses.
    case statusLineSyntax = 60
    case statusRange = 61
    case statusSwitching = 62
    case bodyForbidden = 63

    // Chunked bodies.
    case chunkSizeSyntax = 70
    case chunkSizeOverflow = 71
    case chunkHeadTooLong = 72
    case chunkExtension = 73
    case chunkHeadEnd = 74
    case chunkDataEnd = 75
    case trailerTooLarge = 76
    case tooManyTrailers = 77
    case trailerForbidden = 78
    case chunkOverhead = 79

    // Event streams.
    case eventTooLarge = 90
}
