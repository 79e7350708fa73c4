/// Reads what `ClaimWriter` wrote, strictly: one spelling only, nothing left over, no part beyond its limit.
struct ClaimReader {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8], _ kind: ClaimKind) throws(ClaimFault) {
        rest = bytes[...]
        guard let first = rest.popFirst() else { throw .ended }
        guard first == kind.rawValue else { throw .wrongKind }
    }

    mutating func number() throws(ClaimFault) -> UInt64 {
        var number: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            guard let byte = rest.popFirst() else { throw .ended }
            let digits = UInt64(byte & 0x7F)
            guard shift < 63 || shift == 63 && digits <= 1 else { throw .wrongNumber }
            number |= digits << shift
            if byte & 0x80 == 0 {
                guard byte != 0 || shift == 0 else { throw .wrongNumber }
                return number
            }
            shift += 7
        }
    }

    mutating func bytes(max: Int) throws(ClaimFault) -> [UInt8] {
        let count = try number()
        guard count <= UInt64(max) else { throw .tooLong(limit: max) }
        guard rest.count >= Int(count) else { throw .ended }
        defer { rest = rest.dropFirst(Int(count)) }
        return Array(rest.prefix(Int(count)))
    }

    mutating func bytes(exactly count: Int) throws(ClaimFault) -> [UInt8] {
        let bytes = try bytes(max: count)
        guard bytes.count == count else { throw .wrongLength(expected: count) }
        return bytes
    }

    mutating func text(max: Int) throws(ClaimFault) -> String {
        guard let text = String(validating: try bytes(max: max), as: UTF8.self) else { throw .notUTF8 }
        return text
    }

    mutating func optionalText(max: Int) throws(ClaimFault) -> String? {
        switch try number() {
        case 0: return nil
        case 1: return try text(max: max)
        default: throw .wrongNumber
        }
    }

    /// Says that the claims are over.
    func end() throws(ClaimFault) {
        guard rest.isEmpty else { throw .trailingBytes }
    }
}

/// Why bytes are not the claims that they should be: they were forged, or a version of ours wrote them that is no more.
package enum ClaimFault: Error, Sendable, Hashable {
    case ended
    case wrongKind
    case wrongNumber
    case wrongLength(expected: Int)
    case wrongValue
    case tooLong(limit: Int)
    case notUTF8
    case trailingBytes
}
