/// The parameters of a query or of a posted form (`application/x-www-form-urlencoded`), decoded and not yet believed.
package struct FormParameters: Sendable {
    /// A query or form as long as a whole head may be; a signed assertion with a few certificates fits.
    package static let bytesMax = 32 * 1024
    /// Clients send a dozen.
    package static let parametersMax = 64

    /// Why there are no parameters, or not the one that was asked for.
    package enum Problem: Error, Sendable, Hashable {
        /// More than ``bytesMax``.
        case tooLong
        /// More than ``parametersMax``.
        case tooMany
        /// A percent sign without two digits behind it, or bytes that are no UTF-8.
        case notReadable
        /// A parameter that may stand once stands there more than once (RFC 6749 3.1 and 3.2).
        case repeated(String)

        /// What the answer says.
        package var sentence: String {
            switch self {
            case .tooLong: "The request is longer than \(bytesMax) bytes; send less."
            case .tooMany: "The request has more than \(parametersMax) parameters; send fewer."
            case .notReadable: "The request is not application/x-www-form-urlencoded UTF-8; encode it so."
            case .repeated(let name): "\(name) stands there more than once; send it once."
            }
        }
    }

    private let pairs: [(name: String, value: String)]

    /// Decodes a query, without its question mark, or a body.
    package init(_ bytes: some Collection<UInt8>) throws(Problem) {
        guard bytes.count <= Self.bytesMax else { throw .tooLong }
        var pairs: [(name: String, value: String)] = []
        for part in bytes.split(separator: UInt8(ascii: "&")) {
            guard pairs.count < Self.parametersMax else { throw .tooMany }
            let equals = part.firstIndex(of: UInt8(ascii: "="))
            let name = try Self.decoded(part[..<(equals ?? part.endIndex)])
            let value = try equals.map { at throws(Problem) in try Self.decoded(part[part.index(after: at)...]) }
            pairs.append((name, value ?? ""))
        }
        self.pairs = pairs
    }

    /// The value of a parameter that may stand once; one without a value counts as left out (RFC 6749 3.1).
    package func value(_ name: String) throws(Problem) -> String? {
        let found = pairs.lazy.filter { $0.name == name }
        guard let first = found.first else { return nil }
        guard found.dropFirst().isEmpty else { throw .repeated(name) }
        return first.value.isEmpty ? nil : first.value
    }

    /// The values of a parameter that may stand more than once, as `resource` may (RFC 8707 2).
    package func values(_ name: String) -> [String] {
        pairs.filter { $0.name == name && !$0.value.isEmpty }.map(\.value)
    }

    private static func decoded(_ bytes: some Collection<UInt8>) throws(Problem) -> String {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var iterator = bytes.makeIterator()
        while let byte = iterator.next() {
            switch byte {
            case UInt8(ascii: "+"): result.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                guard let high = iterator.next().flatMap(nibble), let low = iterator.next().flatMap(nibble) else {
                    throw .notReadable
                }
                result.append(high << 4 | low)
            default: result.append(byte)
            }
        }
        guard let text = String(validating: result, as: UTF8.self) else { throw .notReadable }
        return text
    }

    private static func nibble(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
