import HTTPMessages

/// The limits of the product, and small ones that an input reaches.
private let limitSets: [HTTPLimits] = {
    var small = HTTPLimits()
    small.headBytesMax = 96
    small.fieldCountMax = 3
    small.targetBytesMax = 12
    small.chunkHeadBytesMax = 12
    small.chunkOverheadBytesMax = 24
    small.trailerBytesMax = 24
    small.trailerCountMax = 2
    small.eventBytesMax = 40
    return [HTTPLimits(), small]
}()

/// A verdict, so that two feedings can be compared.
private enum Verdict<Value: Equatable>: Equatable {
    case incomplete
    case complete(Value, consumed: Int)
    case refused(HTTPRefusal)
}

// MARK: Requests

private struct RequestFacts: Equatable {
    var method: HTTPMethod
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
        method = head.method
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

private func parseRequest(_ input: [UInt8], showing ends: [Int], _ limits: HTTPLimits) -> Verdict<RequestFacts> {
    var parser = RequestHeadParser(limits: limits)
    for end in ends {
        switch parser.parse(input.span.extracting(0..<end)) {
        case .incomplete: continue
        case .complete(let head, let consumed):
            precondition(
                consumed <= end && consumed <= limits.headBytesMax, "consumed is within the input and the limit")
            let facts = RequestFacts(head)
            // The parser remembers the head; asked again, it must say the same.
            guard case .complete(let again, consumed) = parser.parse(input.span.extracting(0..<end)) else {
                preconditionFailure("a head that comes again is read in another way")
            }
            precondition(RequestFacts(again) == facts, "a head that comes again says something else")
            return .complete(facts, consumed: consumed)
        case .refused(let refusal): return .refused(refusal)
        }
    }
    return .incomplete
}

/// The verdict is the same however the bytes arrive; what is accepted is written and read back the same.
func fuzzRequest(_ input: [UInt8]) {
    for limits in limitSets {
        let whole = parseRequest(input, showing: [input.count], limits)
        for cut in cuts(of: input) {
            precondition(
                parseRequest(input, showing: [cut, input.count], limits) == whole, "pieces change the verdict")
        }
        precondition(parseRequest(input, showing: Array(0...input.count), limits) == whole, "bytes change the verdict")
        if case .complete(let facts, _) = whole, facts.host != "" { checkRewritten(facts) }
    }
}

private func checkRewritten(_ facts: RequestFacts) {
    var output: [UInt8] = []
    let host = Array(facts.host.utf8)
    HeadWriter.appendRequest(
        method: facts.method, target: facts.target.span, host: host.span, fields: facts.fields,
        framing: facts.framing, keepsAlive: facts.keepsAlive, to: &output)
    var limits = HTTPLimits()
    limits.headBytesMax = 1 << 20
    limits.fieldCountMax = 200
    guard case .complete(let again, let consumed) = parseRequest(output, showing: [output.count], limits) else {
        preconditionFailure("what was accepted and written is refused")
    }
    precondition(consumed == output.count, "what was written is one head")
    precondition(
        again.method == facts.method && again.target == facts.target && again.host == facts.host
            && again.path == facts.path && again.query == facts.query && again.framing == facts.framing
            && again.keepsAlive == facts.keepsAlive && foreign(again.fields) == foreign(facts.fields),
        "what was written says something else")
}

/// The fields that the writer does not write itself.
private func foreign(_ fields: HTTPFields) -> HTTPFields {
    var fields = fields
    for name in [FieldName.host, .contentLength, .transferEncoding, .connection, .date] { fields.removeAll(name) }
    return fields
}

// MARK: Responses

private struct ResponseFacts: Equatable {
    var status: Int
    var minorVersion: UInt8
    var fields: HTTPFields
    var framing: BodyFraming
    var keepsAlive: Bool
}

private func parseResponse(_ input: [UInt8], showing ends: [Int], _ method: HTTPMethod, _ limits: HTTPLimits)
    -> Verdict<ResponseFacts>
{
    var parser = ResponseHeadParser(limits: limits, requestMethod: method)
    for end in ends {
        switch parser.parse(input.span.extracting(0..<end)) {
        case .incomplete: continue
        case .complete(let head, let consumed):
            precondition(
                consumed <= end && consumed <= limits.headBytesMax, "consumed is within the input and the limit")
            return .complete(
                ResponseFacts(
                    status: head.status, minorVersion: head.minorVersion, fields: head.fields, framing: head.framing,
                    keepsAlive: head.keepsAlive), consumed: consumed)
        case .refused(let refusal): return .refused(refusal)
        }
    }
    return .incomplete
}

/// The verdict is the same however the bytes arrive; what is accepted is written and read back the same.
func fuzzResponse(_ input: [UInt8]) {
    for limits in limitSets {
        for method in [HTTPMethod.post, .head] {
            let whole = parseResponse(input, showing: [input.count], method, limits)
            for cut in cuts(of: input) {
                precondition(
                    parseResponse(input, showing: [cut, input.count], method, limits) == whole,
                    "pieces change the verdict")
            }
            precondition(
                parseResponse(input, showing: Array(0...input.count), method, limits) == whole,
                "bytes change the verdict")
            if method == .post, case .complete(let facts, _) = whole { checkRewritten(facts) }
        }
    }
}

private func checkRewritten(_ facts: ResponseFacts) {
    var output: [UInt8] = []
    let date = Array("today".utf8)
    HeadWriter.appendResponse(
        status: facts.status, fields: facts.fields, framing: facts.framing, keepsAlive: facts.keepsAlive,
        date: date.span, to: &output)
    var limits = HTTPLimits()
    limits.headBytesMax = 1 << 20
    limits.fieldCountMax = 200
    guard case .complete(let again, let consumed) = parseResponse(output, showing: [output.count], .post, limits) else {
        preconditionFailure("what was accepted and written is refused")
    }
    precondition(
        consumed == output.count && again.status == facts.status && again.framing == facts.framing
            && again.keepsAlive == facts.keepsAlive && foreign(again.fields) == foreign(facts.fields),
        "what was written says something else")
}

// MARK: Chunks

private struct ChunkFacts: Equatable {
    var data: [UInt8]
    var trailers: HTTPFields
}

private func decodeChunks(_ input: [UInt8], showing ends: [Int], _ limits: HTTPLimits) -> Verdict<ChunkFacts> {
    var decoder = ChunkDecoder(limits: limits)
    var data: [UInt8] = []
    var consumed = 0
    for end in ends {
        piece: while true {
            switch decoder.decode(input.span.extracting(consumed..<end)) {
            case .data(let range, let taken):
                precondition(
                    !range.isEmpty && range.upperBound <= taken && consumed + taken <= end, "data is in the input")
                data += input[(consumed + range.lowerBound)..<(consumed + range.upperBound)]
                consumed += taken
            case .needMore(let taken):
                precondition(consumed + taken == end, "all bytes are taken when more are needed")
                consumed += taken
                break piece
            case .complete(let trailers, let taken):
                precondition(consumed + taken <= end, "no more is consumed than there is")
                return .complete(ChunkFacts(data: data, trailers: trailers), consumed: consumed + taken)
            case .refused(let refusal):
                return .refused(refusal)
            }
        }
    }
    return .incomplete
}

/// The verdict is the same however the bytes arrive; the data, written again, is read back the same.
func fuzzChunks(_ input: [UInt8]) {
    for limits in limitSets {
        let whole = decodeChunks(input, showing: [input.count], limits)
        for cut in cuts(of: input) {
            precondition(
                decodeChunks(input, showing: [cut, input.count], limits) == whole, "pieces change the verdict")
        }
        precondition(decodeChunks(input, showing: Array(0...input.count), limits) == whole, "bytes change the verdict")
        guard case .complete(let facts, _) = whole else { continue }
        var output: [UInt8] = []
        ChunkWriter.appendChunk(facts.data.span, to: &output)
        ChunkWriter.appendLastChunk(trailers: facts.trailers, to: &output)
        let again = decodeChunks(output, showing: [output.count], HTTPLimits())
        precondition(again == .complete(facts, consumed: output.count), "what was written says something else")
    }
}

// MARK: Event streams

private func parseEvents(_ input: [UInt8], showing ends: [Int], _ limits: HTTPLimits)
    -> (events: [ServerSentEvent], refusal: HTTPRefusal?)
{
    var parser = EventStreamParser(limits: limits)
    var events: [ServerSentEvent] = []
    var fed = 0
    for end in ends {
        do {
            try parser.feed(input.span.extracting(fed..<end)) { events.append($0) }
        } catch {
            return (events, error)
        }
        fed = end
    }
    return (events, nil)
}

/// The events are the same however the bytes arrive; written again, they are read back the same but for their type.
func fuzzEvents(_ input: [UInt8]) {
    for limits in limitSets {
        let whole = parseEvents(input, showing: [input.count], limits)
        for cut in cuts(of: input) {
            precondition(parseEvents(input, showing: [cut, input.count], limits) == whole, "pieces change the events")
        }
        precondition(parseEvents(input, showing: Array(0...input.count), limits) == whole, "bytes change the events")
        var output: [UInt8] = []
        for event in whole.events {
            EventStreamWriter.appendEvent(data: event.data.span, id: event.id, to: &output)
        }
        let again = parseEvents(output, showing: [output.count], HTTPLimits()).events
        precondition(again.map(\.data) == whole.events.map(\.data), "what was written has other data")
        precondition(again.map(\.id) == whole.events.map(\.id), "what was written has other ids")
    }
}
