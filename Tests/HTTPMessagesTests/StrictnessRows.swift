import HTTPMessages

/// One rule of `docs/http-strictness.md`: what it refuses, and the nearest messages that pass.
struct StrictnessRow: CustomStringConvertible, Sendable {
    enum Reader: Sendable {
        case request, response, responseToHead, chunks, events
    }

    var rule: HTTPRule
    var reader: Reader = .request
    var refused: [String]
    var accepted: [String]
    var limits = HTTPLimits()

    var description: String { "\(rule.rawValue) \(rule)" }
}

private func get(_ fields: String, target: String = "/", version: String = "HTTP/1.1") -> String {
    "GET \(target) \(version)\r\nHost: a\r\n\(fields)\r\n"
}

private func limits(_ change: (inout HTTPLimits) -> Void) -> HTTPLimits {
    var limits = HTTPLimits()
    change(&limits)
    return limits
}

let requestLineRows: [StrictnessRow] = [
    StrictnessRow(
        rule: .emptyLines, refused: ["\r\n\r\n" + get(""), "\r\n\n" + get("")], accepted: ["\r\n" + get("")]),
    StrictnessRow(
        rule: .methodSyntax,
        refused: [
            "get / HTTP/1.1\r\nHost: a\r\n\r\n", " GET / HTTP/1.1\r\nHost: a\r\n\r\n", "GE(T / HTTP/1.1\r\n\r\n",
            "GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n", "ABCDEFGHIJKLMNOPQ / HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET\r\nHost: a\r\n\r\n", "\u{16}\u{03}\u{01}\u{02}\u{00}\u{01}", "\u{00}", "G\u{C9}T / HTTP/1.1\r\n\r\n",
        ],
        accepted: [
            "ABCDEFGHIJKLMNOP / HTTP/1.1\r\nHost: a\r\n\r\n", "M-SEARCH / HTTP/1.1\r\nHost: a\r\n\r\n",
            "DELETE / HTTP/1.1\r\nHost: a\r\n\r\n",
        ]),
    StrictnessRow(
        rule: .methodConnect, refused: ["CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n"],
        accepted: ["CONNECTS /a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n"]),
    StrictnessRow(
        rule: .targetByte,
        refused: [
            get("", target: "/\u{E9}"), get("", target: "/\u{00}"), get("", target: "/\u{7F}"),
            get("", target: "/a#b"), get("", target: "/a\"b"), get("", target: "/<b"), get("", target: "/b>"),
            get("", target: "/a\\b"), get("", target: "/0123456789\u{80}"),
            get("", target: "/0123456789\u{01}abcdefgh"),
        ],
        accepted: [
            get("", target: "/%C3%A9"), get("", target: "/a!$&'()*+,;=:@~b"), get("", target: "/{a}|b^`"),
            get("", target: "/?a=b?c/d"),
        ]),
    StrictnessRow(
        rule: .requestLineSpacing,
        refused: [
            "GET  / HTTP/1.1\r\nHost: a\r\n\r\n", "GET /  HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET / HTTP/1.1 \r\nHost: a\r\n\r\n", "GET /\tHTTP/1.1\r\nHost: a\r\n\r\n", "GET \r\nHost: a\r\n\r\n",
        ],
        accepted: ["GET / HTTP/1.1\r\nHost: a\r\n\r\n"]),
    StrictnessRow(
        rule: .versionSyntax,
        refused: [
            "GET /\r\n\r\n", get("", version: "http/1.1"), get("", version: "HTTP/11"), get("", version: "HTTP/1.1x"),
            get("", version: "HTTPS/1.1"), get("", version: "HTTP/1.10"), "GET / a HTTP/1.1\r\nHost: a\r\n\r\n",
        ],
        accepted: [get("", version: "HTTP/1.0")]),
    StrictnessRow(
        rule: .versionUnsupported,
        refused: [
            get("", version: "HTTP/2.0"), get("", version: "HTTP/0.9"), get("", version: "HTTP/1.2"),
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        ],
        accepted: [get("", version: "HTTP/1.1")]),
    StrictnessRow(
        rule: .targetTooLong, refused: [get("", target: "/" + String(repeating: "a", count: 16))],
        accepted: [get("", target: "/" + String(repeating: "a", count: 15))], limits: limits { $0.targetBytesMax = 16 }),
    StrictnessRow(
        rule: .targetForm,
        refused: [
            get("", target: "a"), get("", target: "a:80"), get("", target: "*"), get("", target: "**"),
            get("", target: "ftp://a/"), get("", target: "?a"), get("", target: "http:/a"),
            "OPTIONS ** HTTP/1.1\r\nHost: a\r\n\r\n",
        ],
        accepted: ["OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", get("", target: "http://a/")]),
    StrictnessRow(
        rule: .targetAuthority,
        refused: [
            get("", target: "http://b/"), get("", target: "http://a:80/"), get("", target: "http://u@a/"),
            get("", target: "http:///"), get("", target: "https://a.b/?c"),
        ],
        accepted: [
            get("", target: "http://a/b?c"), get("", target: "HTTP://A/"), get("", target: "https://a"),
            get("", target: "http://a?b"),
        ]),
    StrictnessRow(
        rule: .percentEncoding,
        refused: [
            get("", target: "/%"), get("", target: "/%4"), get("", target: "/%4g"), get("", target: "/a?b=%00"),
            get("", target: "/0123456789/%zz"),
        ],
        accepted: [get("", target: "/%41"), get("", target: "/a?b=%01%fF")]),
    StrictnessRow(
        rule: .dotSegments,
        refused: [
            get("", target: "/.."), get("", target: "/a/../b"), get("", target: "/./b"), get("", target: "/a/."),
            get("", target: "/%2e%2E/b"), get("", target: "/.%2e"), get("", target: "http://a/../b"),
            get("", target: "/../?a"),
        ],
        accepted: [
            get("", target: "/..."), get("", target: "/.well-known/a..b"), get("", target: "/a?b=/../c"),
            get("", target: "/a./.b"),
        ]),
]

let fieldRows: [StrictnessRow] = [
    StrictnessRow(
        rule: .tabAroundValue,
        refused: [
            get("A:\tb\r\n"), get("A: \tb\r\n"), get("A: b\t\r\n"), get("A: b \t \r\n"), get("A: \t\r\n"),
            get("Content-Length: 5\t\r\n"),
        ],
        accepted: [get("A: b\tc\r\n"), get("A:b\r\n")]),
    StrictnessRow(
        rule: .bareCarriageReturn,
        refused: [
            get("A: b\rC: d\r\n"), get("A: b\r\r\n"), "GET / HTTP/1.1\rHost: a\r\n\r\n", get("\r"),
            "\rGET / HTTP/1.1\r\n\r\n",
        ],
        accepted: [get("A: b\r\nC: d\r\n")]),
    StrictnessRow(
        rule: .bareLineFeed,
        refused: [
            get("A: b\nC: d\r\n"), "GET / HTTP/1.1\nHost: a\n\n", get("A: b\r\n\n"), get("A\n"),
            "\nGET / HTTP/1.1\r\n\r\n",
            "GET /\nHost: a\r\n\r\n",
        ],
        accepted: [get("A: b\r\nC: d\r\n")]),
    StrictnessRow(
        rule: .controlByte,
        refused: [
            get("A: \u{00}\r\n"), get("A: b\u{0B}c\r\n"), get("A: b\u{7F}\r\n"), get("A: 0123456789\u{1F}\r\n"),
            get("A: b\u{08}\r\n"),
        ],
        accepted: [
            get("A: b\tc\r\n"), get("A: \u{80}\u{FF}\u{A0}01234567\u{9F}\r\n"), get("A:\r\n"), get("A:   \r\n"),
        ]),
    StrictnessRow(
        rule: .foldedLine,
        refused: [
            get("A: b\r\n c\r\n"), get("A: b\r\n\tc\r\n"), get("A: b\r\n \r\n"),
            "GET / HTTP/1.1\r\n Host: a\r\n\r\n",
        ],
        accepted: [get("A: b c\r\n")]),
    StrictnessRow(
        rule: .spaceBeforeColon,
        refused: [get("A : b\r\n"), get("A\t: b\r\n"), get("A B: c\r\n"), get("Content-Length : 5\r\n")],
        accepted: [get("A:b\r\n"), get("A:   b   \r\n")]),
    StrictnessRow(rule: .nameEmpty, refused: [get(": b\r\n"), get(":\r\n")], accepted: [get("b:\r\n")]),
    StrictnessRow(
        rule: .nameByte,
        refused: [
            get("A@B: c\r\n"), get("A\u{E9}: c\r\n"), get("A\u{00}: c\r\n"), get("\"A\": c\r\n"), get("A/B: c\r\n"),
            get("A[]: c\r\n"), get("(A): c\r\n"), get("A;b: c\r\n"), get("A={: c\r\n"),
            get("Content-Length\u{0B}: 5\r\n"),
        ],
        accepted: [get("!#$%&'*+-.^_`|~09azAZ: c\r\n")]),
    StrictnessRow(rule: .colonMissing, refused: [get("A\r\n"), get("A\r\nB: c\r\n")], accepted: [get("A:\r\n")]),
    StrictnessRow(
        rule: .headTooLarge, refused: [get("A: bcd\r\n"), get("A: bcdefgh")], accepted: [get("A: bc\r\n")],
        limits: limits { $0.headBytesMax = get("A: bc\r\n").utf8.count }),
    StrictnessRow(
        rule: .tooManyFields, refused: [get("A: b\r\nC: d\r\n"), get("A: b\r\nC")], accepted: [get("A: b\r\n")],
        limits: limits { $0.fieldCountMax = 2 }),
    StrictnessRow(
        rule: .hostMissing, refused: ["GET / HTTP/1.1\r\nA: b\r\n\r\n", "GET http://a/ HTTP/1.1\r\n\r\n"],
        accepted: ["GET / HTTP/1.0\r\nA: b\r\n\r\n", get("")]),
    StrictnessRow(
        rule: .hostRepeated,
        refused: [get("Host: a\r\n"), get("hOST: b\r\n"), get("Host: a\r\n", version: "HTTP/1.0")],
        accepted: [get("Hosts: a\r\n")]),
    StrictnessRow(
        rule: .hostSyntax,
        refused: [
            "", "a b", "a,b", "a:", "a:b", "a:123456", "a:65536", ":80", "u@a", "a/b", "[::1", "::1", "[]", "[g::]",
            "a%41", "\u{E9}", "[::1]x", "a:8 0", "a:+80",
        ].map { "GET / HTTP/1.1\r\nHost: \($0)\r\n\r\n" },
        accepted: ["a", "a.b-c_d.", "a:0", "a:65535", "[::1]:80", "[2001:db8::192.0.2.1]", "127.0.0.1:8080", "  a  "]
            .map {
                "GET / HTTP/1.1\r\nHost: \($0)\r\n\r\n"
            }),
]

let framingRows: [StrictnessRow] = [
    StrictnessRow(
        rule: .lengthAndCoding,
        refused: [
            get("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"),
            get("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n"),
            get("transfer-encoding: identity\r\ncontent-length: 0\r\n"),
        ],
        accepted: [get("Content-Length: 5\r\n"), get("Transfer-Encoding: chunked\r\n")]),
    StrictnessRow(
        rule: .lengthRepeated,
        refused: [
            get("Content-Length: 5\r\nContent-Length: 6\r\n"), get("Content-Length: 5\r\ncontent-length: 5\r\n"),
        ],
        accepted: [get("Content-Length: 5\r\nContent-Lengths: 6\r\n")]),
    StrictnessRow(
        rule: .lengthSyntax,
        refused: ["+5", "-5", "5, 5", "5 5", "0x5", "5a", "", "05", "00", "5.0", "\u{B2}", "5;a"].map {
            get("Content-Length: \($0)\r\n")
        },
        accepted: ["0", "5", "10", "  5  ", "9223372036854775807"].map { get("Content-Length: \($0)\r\n") }),
    StrictnessRow(
        rule: .lengthOverflow,
        refused: [
            "9223372036854775808", "18446744073709551621", "99999999999999999999999999999999",
        ].map { get("Content-Length: \($0)\r\n") },
        accepted: [get("Content-Length: 9223372036854775807\r\n")]),
    StrictnessRow(
        rule: .codingRepeated,
        refused: [get("Transfer-Encoding: chunked\r\ntransfer-encoding: chunked\r\n")],
        accepted: [get("Transfer-Encoding: chunked\r\nTransfer-Encodings: chunked\r\n")]),
    StrictnessRow(
        rule: .codingUnsupported,
        refused: [
            "xchunked", "chunked, chunked", "gzip, chunked", "identity", "", "chunked;a=b", "\"chunked\"", "chunked,",
        ].map {
            get("Transfer-Encoding: \($0)\r\n")
        },
        accepted: ["chunked", "Chunked", "CHUNKED", "  chunked "].map { get("Transfer-Encoding: \($0)\r\n") }),
    StrictnessRow(
        rule: .codingInOldVersion, refused: [get("Transfer-Encoding: chunked\r\n", version: "HTTP/1.0")],
        accepted: [get("Content-Length: 5\r\n", version: "HTTP/1.0")]),
    StrictnessRow(
        rule: .expectation,
        refused: [
            get("Expect: 200-ok\r\n"), get("Expect:\r\n"), get("Expect: 100-continue, a\r\n"),
            get("Expect: 100-continue\r\nExpect: 100-continue\r\n"),
        ],
        accepted: [get("Expect: 100-continue\r\n"), get("expect: 100-Continue\r\nContent-Length: 5\r\n")]),
]

let responseRows: [StrictnessRow] = [
    StrictnessRow(
        rule: .statusLineSyntax, reader: .response,
        refused: [
            "HTTP/2 200 OK\r\n\r\n", "HTTP/1.1  200 OK\r\n\r\n", "HTTP/1.1 20 OK\r\n\r\n", "HTTP/1.1 2000 OK\r\n\r\n",
            "http/1.1 200 OK\r\n\r\n", " HTTP/1.1 200 OK\r\n\r\n", "\r\nHTTP/1.1 200 OK\r\n\r\n",
            "ICY 200 OK\r\n\r\n\r\n",
            "HTTP/1.1 +20 OK\r\n\r\n", "<html><body>error</body>",
        ],
        accepted: [
            "HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.0 200 \r\n\r\n", "HTTP/1.1 200\r\n\r\n",
            "HTTP/1.1 200 \u{E9}\t \r\n\r\n",
        ]),
    StrictnessRow(
        rule: .statusRange, reader: .response,
        refused: ["HTTP/1.1 099 OK\r\n\r\n", "HTTP/1.1 600 OK\r\n\r\n", "HTTP/1.1 000 OK\r\n\r\n"],
        accepted: ["HTTP/1.1 100 OK\r\n\r\n", "HTTP/1.1 599 OK\r\n\r\n"]),
    StrictnessRow(
        rule: .statusSwitching, reader: .response,
        refused: ["HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n"],
        accepted: ["HTTP/1.1 103 Early Hints\r\n\r\n"]),
    StrictnessRow(
        rule: .bodyForbidden, reader: .response,
        refused: [
            "HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n",
            "HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n",
            "HTTP/1.1 100 Continue\r\nContent-Length: 5\r\n\r\n",
        ],
        accepted: [
            "HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n",
            "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n",
        ]),
    StrictnessRow(
        rule: .controlByte, reader: .response, refused: ["HTTP/1.1 200 O\u{00}K\r\n\r\n"],
        accepted: ["HTTP/1.1 200 O K\r\n\r\n"]),
    StrictnessRow(
        rule: .bareLineFeed, reader: .response,
        refused: ["HTTP/1.1 200 OK\nA: b\n\n", "HTTP/1.1 200\nA: b\r\n\r\n"],
        accepted: ["HTTP/1.1 200 OK\r\nA: b\r\n\r\n"]),
    StrictnessRow(
        rule: .bareCarriageReturn, reader: .response,
        refused: ["HTTP/1.1 200 OK\rA: b\r\n\r\n", "HTTP/1.1 200\rA: b\r\n\r\n"],
        accepted: ["HTTP/1.1 200 OK\r\nA: b\r\n\r\n"]),
    StrictnessRow(
        rule: .foldedLine, reader: .response, refused: ["HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n"],
        accepted: ["HTTP/1.1 200 OK\r\nA: b c\r\n\r\n"]),
    StrictnessRow(
        rule: .lengthAndCoding, reader: .response,
        refused: ["HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"],
        accepted: ["HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"]),
    StrictnessRow(
        rule: .lengthRepeated, reader: .response,
        refused: ["HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\n"],
        accepted: ["HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"]),
    StrictnessRow(
        rule: .codingUnsupported, reader: .response,
        refused: ["HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n"],
        accepted: ["HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"]),
    StrictnessRow(
        rule: .codingInOldVersion, reader: .response,
        refused: ["HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"], accepted: ["HTTP/1.0 200 OK\r\n\r\n"]),
    StrictnessRow(
        rule: .headTooLarge, reader: .response, refused: ["HTTP/1.1 200 OKA\r\n\r\n"],
        accepted: ["HTTP/1.1 200 OK\r\n\r\n"], limits: limits { $0.headBytesMax = 19 }),
    StrictnessRow(
        rule: .tooManyFields, reader: .response, refused: ["HTTP/1.1 200 OK\r\nA: b\r\nC: d\r\n\r\n"],
        accepted: ["HTTP/1.1 200 OK\r\nA: b\r\n\r\n"], limits: limits { $0.fieldCountMax = 1 }),
]

let chunkRows: [StrictnessRow] = [
    StrictnessRow(
        rule: .chunkSizeSyntax, reader: .chunks,
        refused: [
            "x\r\n", "0x5\r\nabcde\r\n0\r\n\r\n", "+5\r\nabcde\r\n0\r\n\r\n", "\r\n", " 5\r\nabcde\r\n",
            "5 \r\nabcde\r\n",
            ";a\r\n", "00000000000000005\r\nabcde\r\n0\r\n\r\n", "5,5\r\n", "-1\r\n", "5\u{00}\r\n", "g\r\n", "\u{FF}",
        ],
        accepted: [
            "5\r\nabcde\r\n0\r\n\r\n", "A\r\n0123456789\r\n0\r\n\r\n", "a\r\n0123456789\r\n000\r\n\r\n",
            "0000000000000005\r\nabcde\r\n0\r\n\r\n",
        ]),
    StrictnessRow(
        rule: .chunkSizeOverflow, reader: .chunks,
        refused: ["8000000000000000\r\n", "FFFFFFFFFFFFFFFF\r\n", "fffffffffffffff0\r\n"], accepted: ["0\r\n\r\n"]),
    StrictnessRow(
        rule: .chunkHeadTooLong, reader: .chunks, refused: ["1;abcdef\r\na\r\n0\r\n\r\n"],
        accepted: ["1;abcde\r\na\r\n0\r\n\r\n"], limits: limits { $0.chunkHeadBytesMax = 9 }),
    StrictnessRow(
        rule: .chunkExtension, reader: .chunks,
        refused: [
            "0;\r\n\r\n", "0; a\r\n\r\n", "0;a =b\r\n\r\n", "0;a=\r\n\r\n", "0;a=\"b\r\n\r\n", "0;a=\"b\"c\r\n\r\n",
            "0;a=\"\u{00}\"\r\n\r\n", "0;a=\"b\\\"c\"\r\n\r\n", "0;a=\"\u{80}\"\r\n\r\n", "0;=b\r\n\r\n",
            "0;a\u{00}\r\n\r\n", "0;a;;b\r\n\r\n",
            "0;a=\"\t\"\r\n\r\n", "0;a=b=c\r\n\r\n",
        ],
        accepted: ["0;a\r\n\r\n", "0;a=b\r\n\r\n", "0;a=\"b;c d\"\r\n\r\n", "0;a;b=c;d=\"\"\r\n\r\n"]),
    StrictnessRow(
        rule: .chunkHeadEnd, reader: .chunks,
        refused: ["5\nabcde\r\n0\r\n\r\n", "5\rabcde\r\n0\r\n\r\n", "5;a\nabcde\r\n", "5\r\r\nabcde", "0\n\n"],
        accepted: ["5\r\nabcde\r\n0\r\n\r\n"]),
    StrictnessRow(
        rule: .chunkDataEnd, reader: .chunks,
        refused: ["5\r\nabcdef\r\n0\r\n\r\n", "5\r\nabcde0\r\n\r\n", "5\r\nabcde\n0\r\n\r\n", "5\r\nabcde\r0\r\n\r\n"],
        accepted: ["5\r\nabcde\r\n0\r\n\r\n"]),
    StrictnessRow(
        rule: .trailerTooLarge, reader: .chunks, refused: ["0\r\nA: bcd\r\n\r\n", "0\r\nA: bcdefgh"],
        accepted: ["0\r\nA: bc\r\n\r\n"], limits: limits { $0.trailerBytesMax = 9 }),
    StrictnessRow(
        rule: .tooManyTrailers, reader: .chunks, refused: ["0\r\nA: b\r\nC: d\r\n\r\n"],
        accepted: ["0\r\nA: b\r\n\r\n"],
        limits: limits { $0.trailerCountMax = 1 }),
    StrictnessRow(
        rule: .trailerForbidden, reader: .chunks,
        refused: [
            "Content-Length: 5", "transfer-encoding: chunked", "HOST: a", "Authorization: x", "Connection: close",
            "Trailer: x", "Mcp-Session-Id: x",
        ].map { "0\r\n\($0)\r\n\r\n" },
        accepted: ["Server-Timing: a", "Digest: b", "X-Checksum: c"].map { "0\r\n\($0)\r\n\r\n" }),
    StrictnessRow(
        rule: .chunkOverhead, reader: .chunks,
        refused: [
            String(repeating: "1;" + String(repeating: "a", count: 20) + "\r\nb\r\n", count: 100) + "0\r\n\r\n"
        ],
        accepted: [
            String(repeating: "1;abcd\r\nb\r\n", count: 1000) + "0\r\n\r\n",
            String(repeating: "1;" + String(repeating: "a", count: 20) + "\r\nb\r\n", count: 10) + "0\r\n\r\n",
        ], limits: limits { $0.chunkOverheadBytesMax = 100 }),
    StrictnessRow(
        rule: .bareLineFeed, reader: .chunks, refused: ["0\r\n\n", "0\r\nA: b\n\r\n"], accepted: ["0\r\nA: b\r\n\r\n"]),
    StrictnessRow(rule: .foldedLine, reader: .chunks, refused: ["0\r\nA: b\r\n c\r\n\r\n"], accepted: ["0\r\n\r\n"]),
]

let eventRows: [StrictnessRow] = [
    StrictnessRow(
        rule: .eventTooLarge, reader: .events,
        refused: ["data: 12345\n\n", "data:12345\nid:1", "data: 123456789012", ":1234567890123\n"],
        accepted: ["data: 1234\n\ndata: 1234\r\n\r\n", "id:1\ndata:1\n\n"], limits: limits { $0.eventBytesMax = 10 })
]

let allRows = requestLineRows + fieldRows + framingRows + responseRows + chunkRows + eventRows
