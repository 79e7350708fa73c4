/// Why a message was not taken: the rule it broke, the status to answer with, and a sentence for its sender.
///
/// After a refusal nothing more can be read from the connection, because where the message ends is not known.
package struct HTTPRefusal: Error, Sendable, Equatable {
    /// Which message was refused: what a client sent to us, or what an upstream answered.
    package enum Side: Sendable, Equatable {
        /// A request; its sender gets the status.
        case request
        /// A response; nobody gets the status as it is, and ours becomes 502.
        case response
    }

    /// The rule of the strictness list.
    package let rule: HTTPRule
    /// Where it was broken.
    package let side: Side

    /// Refuses by a rule.
    package init(_ rule: HTTPRule, side: Side = .request) {
        self.rule = rule
        self.side = side
    }

    /// The status that answers a refused request; 502 when an upstream's answer was refused.
    package var status: Int {
        side == .response ? 502 : rule.requestStatus
    }

    /// A sentence that says what was wrong and what to send instead; it repeats nothing of the input.
    package var reason: String {
        rule.reason
    }
}

extension HTTPRule {
    /// The status of a request that breaks the rule.
    package var requestStatus: Int {
        switch self {
        case .lengthOverflow, .bodyTooLarge, .chunkSizeOverflow, .eventTooLarge: 413
        case .targetTooLong: 414
        case .expectation: 417
        case .headTooLarge, .tooManyFields, .trailerTooLarge, .tooManyTrailers: 431
        case .methodConnect: 501
        case .versionUnsupported: 505
        case .statusLineSyntax, .statusRange, .statusSwitching, .bodyForbidden: 502
        case .emptyLines, .methodSyntax, .targetByte, .requestLineSpacing, .versionSyntax, .targetForm,
            .targetAuthority,
            .percentEncoding, .dotSegments, .tabAroundValue, .bareCarriageReturn, .bareLineFeed, .controlByte,
            .foldedLine,
            .spaceBeforeColon, .nameEmpty, .nameByte, .colonMissing, .hostMissing, .hostRepeated, .hostSyntax,
            .lengthAndCoding, .lengthRepeated, .lengthSyntax, .codingRepeated, .codingUnsupported, .codingInOldVersion,
            .chunkSizeSyntax, .chunkHeadTooLong, .chunkExtension, .chunkHeadEnd, .chunkDataEnd, .trailerForbidden,
            .chunkOverhead:
            400
        }
    }

    /// What was wrong and what to do, for the sender and for the log.
    package var reason: String {
        switch self {
        case .emptyLines:
            "More than one empty line stands before the request line; start with the method."
        case .methodSyntax:
            "The method is not 1 to 16 capital letters or hyphens; send a method such as GET or POST first on the line."
        case .methodConnect:
            "CONNECT is not served here, because this is not a proxy; send the request to the address itself."
        case .targetByte:
            "The request target has a byte that must be percent-encoded; encode all but visible ASCII, and \" # < > \\."
        case .requestLineSpacing:
            "The request line must have exactly one space after the method and one after the target, and no other."
        case .versionSyntax:
            "The request line does not end in an HTTP version; write HTTP/1.1 and CRLF after the target."
        case .versionUnsupported:
            "Only HTTP/1.1 and HTTP/1.0 are spoken here; send HTTP/1.1."
        case .targetTooLong:
            "The request target is too long; shorten the path or the query."
        case .targetForm:
            "The request target must be a path that begins with a slash, an http(s) address, or * with OPTIONS."
        case .targetAuthority:
            "The address in the request target names another host than the Host field; make both the same."
        case .percentEncoding:
            "A percent sign in the target must be followed by two hexadecimal digits that are not 00."
        case .dotSegments:
            "The path has a segment . or .. (perhaps encoded); resolve it before sending."
        case .tabAroundValue:
            "A field value begins or ends with a tab; put a space after the colon and nothing behind the value."
        case .bareCarriageReturn:
            "A carriage return is not followed by a line feed; end each line with CRLF and send no other CR."
        case .bareLineFeed:
            "A line feed has no carriage return before it; end each line with CRLF."
        case .controlByte:
            "A field value has a control byte; send visible characters, spaces and tabs only."
        case .foldedLine:
            "A field line begins with a space or tab; folded lines are obsolete, write the value on one line."
        case .spaceBeforeColon:
            "A space or tab stands before a field's colon; write the colon directly after the name."
        case .nameEmpty:
            "A field has no name; write the name before the colon."
        case .nameByte:
            "A field name has a byte that names cannot have; use letters, digits and hyphens."
        case .colonMissing:
            "A field line has no colon; write name, colon, value."
        case .headTooLarge:
            "The head is too large; send fewer or shorter fields."
        case .tooManyFields:
            "The head has too many fields; send fewer."
        case .hostMissing:
            "HTTP/1.1 needs a Host field; send Host with the name of this server."
        case .hostRepeated:
            "The Host field stands more than once; send it once."
        case .hostSyntax:
            "The Host field is not a host with an optional port; send for example example.com:8080."
        case .lengthAndCoding:
            "Content-Length and Transfer-Encoding exclude each other; send one of them."
        case .lengthRepeated:
            "Content-Length stands more than once; send it once."
        case .lengthSyntax:
            "Content-Length is not a plain number; send digits only, without sign, list or leading zero."
        case .lengthOverflow:
            "Content-Length is larger than any body that can be read; send a smaller body."
        case .codingRepeated:
            "Transfer-Encoding stands more than once; send it once."
        case .codingUnsupported:
            "Transfer-Encoding must be exactly chunked; send no other coding and no list."
        case .codingInOldVersion:
            "HTTP/1.0 has no Transfer-Encoding; send HTTP/1.1 or a Content-Length."
        case .expectation:
            "The only expectation that is met here is 100-continue, once; leave Expect out otherwise."
        case .bodyTooLarge:
            "The body is larger than what is taken here; send a smaller one."
        case .statusLineSyntax:
            "The answer does not begin with a status line such as HTTP/1.1 200 OK."
        case .statusRange:
            "The answer's status is not between 100 and 599."
        case .statusSwitching:
            "The answer switches protocols, which was not asked for."
        case .bodyForbidden:
            "The answer announces a body with a status that has none."
        case .chunkSizeSyntax:
            "A chunk does not begin with 1 to 16 hexadecimal digits."
        case .chunkSizeOverflow:
            "A chunk is larger than any body that can be read; send smaller chunks."
        case .chunkHeadTooLong:
            "A chunk's size line is too long; leave the extensions out."
        case .chunkExtension:
            "A chunk extension must be ;name or ;name=value without spaces; leave extensions out."
        case .chunkHeadEnd:
            "A chunk's size line must end with CRLF."
        case .chunkDataEnd:
            "A chunk's data must be followed by CRLF; check that the size counts the bytes."
        case .trailerTooLarge:
            "The trailer section is too large; send fewer or shorter fields."
        case .tooManyTrailers:
            "The trailer section has too many fields; send fewer."
        case .trailerForbidden:
            "The trailer section has a field that belongs in the head; send it there."
        case .chunkOverhead:
            "The chunk size lines and extensions outweigh the data; send larger chunks without extensions."
        case .eventTooLarge:
            "An event of the stream is too large."
        }
    }
}
