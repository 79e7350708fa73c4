/// The parameters of a query or a form, `application/x-www-form-urlencoded`, read strictly: a repaired escape is another value
/// to the next reader.
package struct FormFields: Sendable {
    /// No form of ours and no OAuth request has more.
    package static let countMax = 200
    /// Bytes of one name.
    package static let nameBytesMax = 256
    /// Bytes of one value; an assertion or a token fits.
    package static let valueBytesMax = 32 * 1024

    /// All parameters in their order.
    package let all: [(name: String, value: String)]

    /// None.
    package init() {
        all = []
    }

    /// Reads a query or a body.
    package init(_ bytes: some Collection<UInt8>) throws(FormProblem) {
        var all: [(name: String, value: String)] = []
        for pair in bytes.split(separator: UInt8(ascii: "&"), omittingEmptySubsequences: true) {
            guard all.count < Self.countMax else { throw .tooMany(limit: Self.countMax) }
            let parts = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            let name = try Self.decoded(parts[0], limit: Self.nameBytesMax)
            let value = parts.count == 2 ? try Self.decoded(parts[1], limit: Self.valueBytesMax) : ""
            all.append((name, value))
        }
        self.all = all
    }

    /// The value of a parameter that stands there once; nothing when it is missing or stands there more than once.
    package subscript(name: String) -> String? {
        let found = values(name)
        return found.count == 1 ? found[0] : nil
    }

    /// Every value of a parameter, in order.
    package func values(_ name: String) -> [String] {
        all.filter { $0.name == name }.map(\.value)
    }

    /// The first name that stands there more than once; OAuth forbids that (RFC 6749 section 3.1).
    package func firstRepeated(except permitted: Set<String> = []) -> String? {
        var seen: Set<String> = []
        return all.first { !permitted.contains($0.name) && !seen.insert($0.name).inserted }?.name
    }

    private static func decoded(_ part: some Collection<UInt8>, limit: Int) throws(FormProblem) -> String {
        var bytes: [UInt8] = []
        var rest = part[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "+"): bytes.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                guard let high = rest.popFirst().flatMap(hexadecimal), let low = rest.popFirst().flatMap(hexadecimal)
                else { throw .escape }
                bytes.append(high << 4 | low)
            default: bytes.append(byte)
            }
            guard bytes.count <= limit else { throw .tooLong(limit: limit) }
        }
        guard !bytes.contains(0), let text = String(validating: bytes, as: UTF8.self) else { throw .notText }
        return text
    }

    /// Undoes percent-encoding of one segment of a path.
    static func decodedSegment(_ part: some Collection<UInt8>) -> String? {
        // A plus sign means itself in a path.
        let escaped = part.flatMap { $0 == UInt8(ascii: "+") ? Array("%2B".utf8) : [$0] }
        return try? decoded(escaped, limit: RoutePath.segmentBytesMax)
    }

    private static func hexadecimal(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x41 + 10
        case 0x61...0x66: byte - 0x61 + 10
        default: nil
        }
    }
}

/// Why a query or a form could not be read.
package enum FormProblem: Error, Sendable, Hashable {
    case tooMany(limit: Int)
    case tooLong(limit: Int)
    case escape
    case notText

    /// For the answer.
    package var sentence: String {
        switch self {
        case .tooMany(let limit): "There are more than \(limit) parameters."
        case .tooLong(let limit): "A parameter is longer than \(limit) bytes."
        case .escape: "A percent sign is not followed by two hexadecimal digits."
        case .notText: "A parameter is not UTF-8 text."
        }
    }
}
