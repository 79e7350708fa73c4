import HTTPMessages

/// A byte string written with escapes: Swift's own, and `\u{80}` to `\u{FF}` for single upper bytes.
func bytes(_ text: String) -> [UInt8] {
    text.unicodeScalars.map { UInt8($0.value) }
}

/// What became of a message: what the tests compare between feedings.
enum Outcome<Value: Equatable>: Equatable {
    case incomplete
    case complete(Value, consumed: Int)
    case refused(HTTPRefusal)

    var refusedRule: HTTPRule? {
        if case .refused(let refusal) = self { refusal.rule } else { nil }
    }

    var isComplete: Bool {
        if case .complete = self { true } else { false }
    }
}

/// Everything that a request head says, comparable.
struct RequestFacts: Equatable {
    var method: String
    var target: [UInt8]
    var path: String
    var query: String?
    var host: String
    var minorVersion: UInt8
    var fields: HTTPFields
    var framing: BodyFraming
    var keepsAlive: Bool
    var expectsContinue: Bool

    init(_ head: RequestHead) {
        method = head.method.text
        target = head.targetBytes
        path = head.path
        query = head.query
        host = head.host
        minorVersion = head.minorVersion
        fields = head.fields
        framing = head.framing
        keepsAlive = head.keepsAlive
        expectsContinue = head.expectsContinue
    }
}

/// Everything that a response head says, comparable.
struct ResponseFacts: Equatable {
    var status: Int
    var minorVersion: UInt8
    var fields: HTTPFields
    var framing: BodyFraming
    var keepsAlive: Bool

    init(_ head: ResponseHead) {
        status = head.status
        minorVersion = head.minorVersion
        fields = head.fields
        framing = head.framing
        keepsAlive = head.keepsAlive
    }
}

/// A chunked body that was read to its end.
struct ChunkedBody: Equatable {
    var data: [UInt8]
    var trailers: HTTPFields
}

/// The lengths of the prefixes that a parser is shown one after the other.
enum Arrival: CaseIterable {
    case atOnce, byteByByte, inTwo, inSevens

    func prefixes(of count: Int) -> [Int] {
        switch self {
        case .atOnce: [count]
        case .byteByByte: Array(0...count)
        case .inTwo: [count / 2, count]
        case .inSevens: Array(stride(from: 0, to: count, by: 7)) + [count]
        }
    }
}

func parseRequest(_ input: [UInt8], _ arrival: Arrival = .atOnce, limits: HTTPLimits = HTTPLimits())
    -> Outcome<RequestFacts>
{
    var parser = RequestHeadParser(limits: limits)
    for end in arrival.prefixes(of: input.count) {
        switch parser.parse(input.span.extracting(0..<end)) {
        case .incomplete: continue
        case .complete(let head, let consumed): return .complete(RequestFacts(head), consumed: consumed)
        case .refused(let refusal): return .refused(refusal)
        }
    }
    return .incomplete
}

func parseResponse(
    _ input: [UInt8], _ arrival: Arrival = .atOnce, method: HTTPMethod = .get, limits: HTTPLimits = HTTPLimits()
) -> Outcome<ResponseFacts> {
    var parser = ResponseHeadParser(limits: limits, requestMethod: method)
    for end in arrival.prefixes(of: input.count) {
        switch parser.parse(input.span.extracting(0..<end)) {
        case .incomplete: continue
        case .complete(let head, let consumed): return .complete(ResponseFacts(head), consumed: consumed)
        case .refused(let refusal): return .refused(refusal)
        }
    }
    return .incomplete
}

func decodeChunks(_ input: [UInt8], _ arrival: Arrival = .atOnce, limits: HTTPLimits = HTTPLimits())
    -> Outcome<ChunkedBody>
{
    var decoder = ChunkDecoder(limits: limits)
    var data: [UInt8] = []
    var consumed = 0
    for end in arrival.prefixes(of: input.count) {
        piece: while true {
            let piece = input.span.extracting(consumed..<end)
            switch decoder.decode(piece) {
            case .data(let range, let taken):
                for index in range { data.append(piece[index]) }
                consumed += taken
            case .needMore(let taken):
                consumed += taken
                break piece
            case .complete(let trailers, let taken):
                return .complete(ChunkedBody(data: data, trailers: trailers), consumed: consumed + taken)
            case .refused(let refusal):
                return .refused(refusal)
            }
        }
    }
    return .incomplete
}

func parseEvents(_ input: [UInt8], _ arrival: Arrival = .atOnce, limits: HTTPLimits = HTTPLimits())
    -> Outcome<[ServerSentEvent]>
{
    var parser = EventStreamParser(limits: limits)
    var events: [ServerSentEvent] = []
    var fed = 0
    for end in arrival.prefixes(of: input.count) {
        do {
            try parser.feed(input.span.extracting(fed..<end)) { events.append($0) }
        } catch {
            return .refused(error)
        }
        fed = end
    }
    return .complete(events, consumed: fed)
}
