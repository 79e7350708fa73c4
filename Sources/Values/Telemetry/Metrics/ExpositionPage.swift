/// Prometheus' text format, version 0.0.4, while it is being written.
struct ExpositionPage: Sendable {
    /// A sample's value: counts stay exact beyond 2^53.
    enum Value {
        case whole(UInt64)
        case number(Double)
    }

    private(set) var bytes: [UInt8] = []

    mutating func heading(_ name: String, help: String, kind: MetricKind) {
        bytes.append(contentsOf: "# HELP \(name) ".utf8)
        for byte in help.utf8 { bytes.appendExpositionByte(byte, escapingQuotes: false) }
        bytes.append(contentsOf: "\n# TYPE \(name) \(kind.rawValue)\n".utf8)
    }

    mutating func sample(_ name: String, labels: RenderedLabels, value: Value) {
        bytes.append(contentsOf: name.utf8)
        if !labels.pairs.isEmpty {
            bytes.append(UInt8(ascii: "{"))
            bytes.append(contentsOf: labels.pairs)
            bytes.append(UInt8(ascii: "}"))
        }
        bytes.append(UInt8(ascii: " "))
        switch value {
        case .whole(let count): bytes.append(contentsOf: String(count).utf8)
        case .number(let number): bytes.append(contentsOf: Self.text(of: number).utf8)
        }
        bytes.append(UInt8(ascii: "\n"))
    }

    private static func text(of number: Double) -> String {
        if number.isNaN { return "NaN" }
        if number.isInfinite { return number < 0 ? "-Inf" : "+Inf" }
        return "\(number)"
    }
}

/// Label names and values as they stand between the braces, rendered once when a series is made.
struct RenderedLabels: Sendable {
    fileprivate(set) var pairs: [UInt8] = []

    init(_ labels: some Sequence<(String, String)>) {
        for (name, value) in labels { append(name, value) }
    }

    func adding(_ name: String, _ value: String) -> RenderedLabels {
        var sum = self
        sum.append(name, value)
        return sum
    }

    private mutating func append(_ name: String, _ value: String) {
        if !pairs.isEmpty { pairs.append(UInt8(ascii: ",")) }
        pairs.append(contentsOf: name.utf8)
        pairs.append(contentsOf: "=\"".utf8)
        for byte in value.utf8 { pairs.appendExpositionByte(byte, escapingQuotes: true) }
        pairs.append(UInt8(ascii: "\""))
    }
}

extension [UInt8] {
    /// The format knows three escapes: `\\`, `\n`, and in label values `\"`.
    fileprivate mutating func appendExpositionByte(_ byte: UInt8, escapingQuotes: Bool) {
        switch byte {
        case UInt8(ascii: "\\"): append(contentsOf: #"\\"#.utf8)
        case UInt8(ascii: "\n"): append(contentsOf: #"\n"#.utf8)
        case UInt8(ascii: "\"") where escapingQuotes: append(contentsOf: #"\""#.utf8)
        default: append(byte)
        }
    }
}
