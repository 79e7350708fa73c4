/// One challenge of `WWW-Authenticate` (RFC 9110 section 11.6.1): a scheme and its parameters.
package struct AuthenticationChallenge: Sendable, Hashable {
    /// Challenges of one answer, and parameters of one challenge, that are read; what comes behind is passed over.
    package static let countMax = 16

    /// As it was spelled; compared without regard to case.
    package let scheme: String
    /// The parameters in their order, names in lower case.
    package private(set) var parameters: [(name: String, value: String)] = []

    /// The first parameter of this name, which is given in lower case.
    package subscript(_ name: String) -> String? {
        parameters.first { $0.name == name }?.value
    }

    /// Whether it is RFC 6750's.
    package var isBearer: Bool { scheme.utf8.elementsEqual("bearer".utf8) { ByteSyntax.lowerCased($0) == $1 } }

    /// All challenges of a response, in order. What does not follow the grammar ends the reading of its field line; what stood
    /// before it counts.
    package static func all(in fields: HTTPFields) -> [AuthenticationChallenge] {
        var found: [AuthenticationChallenge] = []
        for value in fields.values(.wwwAuthenticate) where found.count < countMax {
            var reader = ChallengeReader(Array(value.utf8))
            reader.readAll(into: &found)
        }
        return found
    }

    /// The challenges of one field value.
    package static func all(in value: String) -> [AuthenticationChallenge] {
        var found: [AuthenticationChallenge] = []
        var reader = ChallengeReader(Array(value.utf8))
        reader.readAll(into: &found)
        return found
    }

    fileprivate init(scheme: String) {
        self.scheme = scheme
    }

    fileprivate mutating func add(_ name: String, _ value: String) {
        if parameters.count < Self.countMax { parameters.append((name, value)) }
    }

    package static func == (left: AuthenticationChallenge, right: AuthenticationChallenge) -> Bool {
        left.scheme == right.scheme
            && left.parameters.elementsEqual(right.parameters) { $0.name == $1.name && $0.value == $1.value }
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(scheme) }
}

/// Reads the grammar `challenge = scheme [ 1*SP ( token68 / #auth-param ) ]`, in which a comma separates both challenges and
/// parameters: a token with `=` behind it is a parameter, one without is the next scheme.
private struct ChallengeReader {
    private let bytes: [UInt8]
    private var at = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    mutating func readAll(into found: inout [AuthenticationChallenge]) {
        var current: AuthenticationChallenge?
        defer { if let current, found.count < AuthenticationChallenge.countMax { found.append(current) } }
        while found.count < AuthenticationChallenge.countMax {
            skip { ByteSyntax.isBlank($0) || $0 == UInt8(ascii: ",") }
            guard let name = token() else { return }
            let end = at
            skip(ByteSyntax.isBlank)
            if current != nil, at < bytes.count, bytes[at] == UInt8(ascii: "="), let value = value() {
                current?.add(name.lowercased(), value)
                continue
            }
            at = end
            if let last = current { found.append(last) }
            current = AuthenticationChallenge(scheme: name)
            skipToken68()
        }
    }

    /// A scheme may be followed by one word of its own instead of parameters; nobody here reads it.
    private mutating func skipToken68() {
        let start = at
        skip(ByteSyntax.isBlank)
        let word = at
        skip { ByteSyntax.isToken($0) || $0 == UInt8(ascii: "/") }
        let hasWord = at > word
        skip { $0 == UInt8(ascii: "=") }
        skip(ByteSyntax.isBlank)
        if !hasWord || (at < bytes.count && bytes[at] != UInt8(ascii: ",")) { at = start }
    }

    private mutating func value() -> String? {
        at += 1
        skip(ByteSyntax.isBlank)
        guard at < bytes.count, bytes[at] == UInt8(ascii: "\"") else { return token() }
        at += 1
        var text: [UInt8] = []
        while at < bytes.count, bytes[at] != UInt8(ascii: "\"") {
            if bytes[at] == UInt8(ascii: "\\"), at + 1 < bytes.count { at += 1 }
            text.append(bytes[at])
            at += 1
        }
        at += 1
        return String(decoding: text, as: UTF8.self)
    }

    private mutating func token() -> String? {
        let start = at
        skip(ByteSyntax.isToken)
        return at > start ? String(decoding: bytes[start..<at], as: UTF8.self) : nil
    }

    private mutating func skip(_ isSkipped: (UInt8) -> Bool) {
        while at < bytes.count, isSkipped(bytes[at]) { at += 1 }
    }
}
