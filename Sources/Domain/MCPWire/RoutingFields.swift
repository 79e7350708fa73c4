import HTTPMessages
import JSONCoding

/// What the head of a request says about its body, read once and compared with it.
///
/// A field that stands twice is worth nothing: a reader that takes the first and one that takes the last would disagree.
struct RoutingFields {
    /// The version header by itself, whatever the body says.
    enum Version: Equatable {
        case absent
        case repeated
        case known(Revision)
        /// A date from 2026-07-28 on that nobody has assigned yet.
        case later
        case unknown
    }

    /// A field beside the member that it mirrors.
    enum Mirror: Equatable {
        case absent
        case repeated
        case same
        case different
        case undecodable
    }

    let version: Version
    let versionMirror: Mirror
    let methodMirror: Mirror
    let nameMirror: Mirror

    init(_ fields: HTTPFields, beside envelope: borrowing MCPEnvelope, in body: [UInt8]) {
        version = Self.version(fields)
        versionMirror = Self.mirror(fields, .mcpProtocolVersion, of: envelope.protocolVersion, in: body)
        methodMirror = Self.mirror(fields, .mcpMethod, of: envelope.methodName, in: body)
        nameMirror = Self.mirror(fields, .mcpName, of: envelope.subject, in: body, isEncoded: true)
    }

    /// The routing field that stands more than once, if one does.
    var repeated: FieldName? {
        if version == .repeated { return .mcpProtocolVersion }
        if methodMirror == .repeated { return .mcpMethod }
        return nameMirror == .repeated ? .mcpName : nil
    }

    private static func version(_ fields: HTTPFields) -> Version {
        guard fields.count(.mcpProtocolVersion) < 2 else { return .repeated }
        let version = fields.withFirst(.mcpProtocolVersion) { value -> Version in
            if let revision = RevisionCatalog.revision(dated: value) { return .known(revision) }
            return isLaterDate(value) ? .later : .unknown
        }
        return version ?? .absent
    }

    /// Whether a value has the form of a date and is not before the first one of the stateless era.
    private static func isLaterDate(_ value: Span<UInt8>) -> Bool {
        let first = Array("2026-07-28".utf8)
        guard value.count == first.count else { return false }
        var isLater = false
        for index in first.indices {
            let isDigit = value[index] &- 0x30 < 10
            guard first[index] == UInt8(ascii: "-") ? value[index] == first[index] : isDigit else { return false }
            if !isLater, value[index] != first[index] {
                guard value[index] > first[index] else { return false }
                isLater = true
            }
        }
        return true
    }

    private static func mirror(
        _ fields: HTTPFields, _ name: FieldName, of member: JSONFinding?, in body: [UInt8], isEncoded: Bool = false
    ) -> Mirror {
        guard fields.count(name) < 2 else { return .repeated }
        let mirror = fields.withFirst(name) { value -> Mirror in
            guard let member else { return .different }
            guard isEncoded, RoutingValue.hasSentinel(value) else {
                return member.isString(value, in: body.span) ? .same : .different
            }
            guard let decoded = RoutingValue.decode(value) else { return .undecodable }
            return member.isString(decoded.span, in: body.span) ? .same : .different
        }
        return mirror ?? .absent
    }
}
