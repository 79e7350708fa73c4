extension HTTPFields {
    /// Removes what concerns one connection only, RFC 9110 section 7.6.1: the known names, and those that Connection lists.
    ///
    /// Host, Content-Length and the like stay: the writer leaves them out by itself.
    package mutating func removeHopByHop() {
        var listed: [[UInt8]] = []
        for index in 0..<count where isNamed(entry(index), .connection) {
            for member in bytes[entry(index).value].split(separator: 0x2C) {
                listed.append(member.filter { !ByteSyntax.isBlank($0) }.map(ByteSyntax.lowerCased))
            }
        }
        removeAll { name in
            HTTPFields.hopByHop.contains { $0.equals(name, at: 0, count: name.count) }
                || listed.contains { HTTPFields.equals($0, ignoringCaseOf: name) }
        }
    }

    private static let hopByHop: [FieldName] = [
        .connection, .keepAlive, .proxyConnection, .proxyAuthenticate, .proxyAuthorization, .transferCodings, .trailer,
        .transferEncoding, .upgrade,
    ]

    private static func equals(_ lowerCase: [UInt8], ignoringCaseOf name: Span<UInt8>) -> Bool {
        guard lowerCase.count == name.count else { return false }
        for index in name.indices where ByteSyntax.lowerCased(name[index]) != lowerCase[index] { return false }
        return true
    }
}
