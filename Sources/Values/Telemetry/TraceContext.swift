/// The place of a request in a distributed trace, as W3C Trace Context's `traceparent` says it.
package struct TraceContext: Sendable, Hashable {
    /// The first eight bytes of the trace id.
    package let traceHigh: UInt64
    /// The last eight bytes of the trace id; both together are never zero.
    package let traceLow: UInt64
    /// The span that caused this request; never zero.
    package let span: UInt64
    /// Whether the caller may have recorded it: the one flag of version 00.
    package let isSampled: Bool

    /// The length of the header's value as we write it, which is also the least that any version may have.
    package static let textBytes = 55

    /// Starts a trace.
    package init(isSampled: Bool, using random: inout some RandomNumberGenerator) {
        traceHigh = .random(in: 1...UInt64.max, using: &random)
        traceLow = random.next()
        span = .random(in: 1...UInt64.max, using: &random)
        self.isSampled = isSampled
    }

    private init(traceHigh: UInt64, traceLow: UInt64, span: UInt64, isSampled: Bool) {
        self.traceHigh = traceHigh
        self.traceLow = traceLow
        self.span = span
        self.isSampled = isSampled
    }

    /// The same trace with a span of our own, to be sent on.
    package func child(using random: inout some RandomNumberGenerator) -> TraceContext {
        TraceContext(
            traceHigh: traceHigh, traceLow: traceLow, span: .random(in: 1...UInt64.max, using: &random),
            isSampled: isSampled)
    }

    /// Reads a header's value, or `nil` when the trace has to start anew (Trace Context §3.2.2 and §3.2.4).
    ///
    /// Version `ff` is forbidden. Version 00 has exactly 55 bytes. Of a later version the first 55 are read as if they
    /// were version 00, provided that they end there or a dash follows. Only lower case digits count, and no id is all
    /// zeros.
    package init?(_ text: Span<UInt8>) {
        guard text.count >= Self.textBytes,
            let version = lowercaseHex(text, from: 0, digits: 2), version != 0xFF,
            text[2] == UInt8(ascii: "-"), text[35] == UInt8(ascii: "-"), text[52] == UInt8(ascii: "-"),
            text.count == Self.textBytes || (version != 0 && text[55] == UInt8(ascii: "-")),
            let high = lowercaseHex(text, from: 3, digits: 16),
            let low = lowercaseHex(text, from: 19, digits: 16), high | low != 0,
            let span = lowercaseHex(text, from: 36, digits: 16), span != 0,
            let flags = lowercaseHex(text, from: 53, digits: 2)
        else { return nil }
        self.init(traceHigh: high, traceLow: low, span: span, isSampled: flags & 1 == 1)
    }

    /// Appends the header's value in version 00.
    package func append(to bytes: inout [UInt8]) {
        bytes.append(contentsOf: "00-".utf8)
        appendTraceID(to: &bytes)
        bytes.append(UInt8(ascii: "-"))
        appendHex(span, to: &bytes)
        bytes.append(contentsOf: (isSampled ? "-01" : "-00").utf8)
    }

    /// The 32 digits that other systems know the trace by, for log lines.
    package var traceIDText: String {
        var bytes: [UInt8] = []
        appendTraceID(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    private func appendTraceID(to bytes: inout [UInt8]) {
        appendHex(traceHigh, to: &bytes)
        appendHex(traceLow, to: &bytes)
    }

    private func appendHex(_ value: UInt64, to bytes: inout [UInt8]) {
        for shift in stride(from: UInt64(60), through: 0, by: -4) {
            bytes.append(lowercaseHexDigit(UInt8(truncatingIfNeeded: value >> shift)))
        }
    }
}

/// The vendors' part of a trace, `tracestate`, which we pass on byte by byte and do not read.
package struct TraceState: Sendable, Hashable {
    /// The value, valid enough to be sent on.
    package let bytes: [UInt8]

    /// What Trace Context §3.3.1.5 asks every participant to carry at least; longer ones are dropped whole.
    package static let bytesMax = 512
    /// What §3.3.1.1 allows.
    package static let membersMax = 32

    /// Keeps a header's value, or `nil` when it is empty, too long, has too many members or bytes that no member may
    /// have.
    package init?(_ text: Span<UInt8>) {
        guard text.count > 0, text.count <= Self.bytesMax else { return nil }
        var members = 1
        for index in text.indices {
            let byte = text[index]
            guard byte == 0x09 || (0x20...0x7E).contains(byte) else { return nil }
            if byte == UInt8(ascii: ",") { members += 1 }
        }
        guard members <= Self.membersMax else { return nil }
        bytes = text.indices.map { text[$0] }
    }
}

private func lowercaseHex(_ text: Span<UInt8>, from start: Int, digits: Int) -> UInt64? {
    var value: UInt64 = 0
    for index in start..<start + digits {
        switch text[index] {
        case let digit where digit >= UInt8(ascii: "0") && digit <= UInt8(ascii: "9"):
            value = value << 4 | UInt64(digit - UInt8(ascii: "0"))
        case let digit where digit >= UInt8(ascii: "a") && digit <= UInt8(ascii: "f"):
            value = value << 4 | UInt64(digit - UInt8(ascii: "a") + 10)
        default: return nil
        }
    }
    return value
}
