/// Reads an event stream (`text/event-stream`) by the HTML standard: LF, CR and CRLF end lines, a byte order mark at the
/// start is skipped, comments and unknown fields are ignored.
///
/// 1. An event is handed out when its empty line is there, and never before; `finish` drops one that was cut off.
/// 2. The events depend on the bytes alone, not on the pieces in which they came.
/// 3. What is kept between two calls is at most one event, which is at most `eventBytesMax` with all its lines.
package struct EventStreamParser: Sendable {
    /// The reconnection time that the stream asked for last, in milliseconds.
    package private(set) var retryMilliseconds: Int?
    /// The last event id that an event or a lone `id` line has set; what `Last-Event-ID` is to say after a reconnect.
    package private(set) var lastEventID = ""

    private let eventBytesMax: Int
    private var line: [UInt8] = []
    private var name: [UInt8] = []
    private var data: [UInt8] = []
    private var hasData = false
    private var pendingID: String?
    private var eventBytes = 0
    private var markBytes = 0
    private var skipsLineFeed = false

    /// A parser for one stream.
    package init(limits: HTTPLimits = HTTPLimits()) {
        eventBytesMax = limits.eventBytesMax
    }

    /// Takes the next bytes and hands out the events that they complete.
    package mutating func feed(_ bytes: Span<UInt8>, into handle: (ServerSentEvent) -> Void) throws(HTTPRefusal) {
        var index = 0
        while markBytes < 3, index < bytes.count { try skipMark(bytes[index], &index) }
        while index < bytes.count {
            if skipsLineFeed {
                skipsLineFeed = false
                if bytes[index] == ByteSyntax.lineFeed {
                    index &+= 1
                    continue
                }
            }
            let end = bytes.lineEnd(from: index)
            try count(end &- index)
            if end == bytes.count {
                line.append(copying: bytes.extracting(index..<end))
                return
            }
            skipsLineFeed = bytes[end] == ByteSyntax.carriageReturn
            if line.isEmpty {
                takeLine(bytes.extracting(index..<end), handle)
            } else {
                var whole: [UInt8] = []
                swap(&whole, &line)
                whole.append(copying: bytes.extracting(index..<end))
                takeLine(whole.span, handle)
                whole.removeAll(keepingCapacity: true)
                swap(&whole, &line)
            }
            index = end &+ 1
        }
    }

    /// Ends the stream; returns whether it broke off in the middle of an event, which is dropped as the standard says.
    package mutating func finish() -> Bool {
        let isCutOff = !line.isEmpty || hasData || !name.isEmpty
        clearEvent()
        line = []
        return isCutOff
    }

    /// A byte order mark (EF BB BF) is skipped once at the start; what only begins like one is text.
    private mutating func skipMark(_ byte: UInt8, _ index: inout Int) throws(HTTPRefusal) {
        let mark: [3 of UInt8] = [0xEF, 0xBB, 0xBF]
        if byte == mark[markBytes] {
            index &+= 1
            markBytes &+= 1
            return
        }
        for position in 0..<markBytes { line.append(mark[position]) }
        try count(markBytes)
        markBytes = 3
    }

    private mutating func count(_ added: Int) throws(HTTPRefusal) {
        eventBytes &+= added
        if eventBytes > eventBytesMax { throw HTTPRefusal(.eventTooLarge, side: .response) }
    }

    private mutating func takeLine(_ line: Span<UInt8>, _ handle: (ServerSentEvent) -> Void) {
        if line.isEmpty {
            dispatch(handle)
            return
        }
        var colon = 0
        while colon < line.count, line[colon] != ByteSyntax.colon { colon &+= 1 }
        if colon == 0 { return }
        var start = min(colon &+ 1, line.count)
        if start < line.count, line[start] == ByteSyntax.space { start &+= 1 }
        takeField(line.extracting(0..<colon), line.extracting(start..<line.count))
    }

    private mutating func takeField(_ field: Span<UInt8>, _ value: Span<UInt8>) {
        if ByteComparison.equal(field, "data") {
            if hasData { data.append(ByteSyntax.lineFeed) }
            hasData = true
            data.append(copying: value)
        } else if ByteComparison.equal(field, "event") {
            name = [UInt8](copying: value)
        } else if ByteComparison.equal(field, "id") {
            for index in value.indices where value[index] == 0 { return }
            pendingID = String(decoding: [UInt8](copying: value), as: UTF8.self)
        } else if ByteComparison.equal(field, "retry") {
            guard !value.isEmpty, value.count <= 18 else { return }
            var milliseconds = 0
            for index in value.indices {
                guard ByteSyntax.isDigit(value[index]) else { return }
                milliseconds = milliseconds &* 10 &+ Int(value[index] &- 0x30)
            }
            retryMilliseconds = milliseconds
        }
    }

    private mutating func dispatch(_ handle: (ServerSentEvent) -> Void) {
        if let pendingID { lastEventID = pendingID }
        let event =
            hasData ? ServerSentEvent(name: String(decoding: name, as: UTF8.self), data: data, id: lastEventID) : nil
        clearEvent()
        if let event { handle(event) }
    }

    private mutating func clearEvent() {
        name = []
        data = []
        hasData = false
        pendingID = nil
        eventBytes = 0
    }
}
