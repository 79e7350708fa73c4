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

    let versionMirror: Mirror
    let methodMirror: Mirror
    let nameMirror: Mirror

    init(_ fields: HTTPFields, beside envelope: borrowing MCPEnvelope, in body: [UInt8]) {
        let version = envelope.protocolVersion
        let method = envelope.methodName
        let subject = envelope.subject
        versionMirror = Mirror(
            fields.withSingle(.mcpProtocolVersion) { Self.isSame($0, as: version, in: body) ? .same : .different })
        methodMirror = Mirror(
            fields.withSingle(.mcpMethod) { Self.isSame($0, as: method, in: body) ? .same : .different })
        nameMirror = Mirror(fields.withSingle(.mcpName) { Self.mirror($0, of: subject, in: body) })
    }

    /// The routing field that stands more than once, if one does.
    var repeated: FieldName? {
        if versionMirror == .repeated { return .mcpProtocolVersion }
        if methodMirror == .repeated { return .mcpMethod }
        return nameMirror == .repeated ? .mcpName : nil
    }

    /// What the version header says by itself, for messages whose body has no version to compare it with.
    static func version(_ fields: HTTPFields) -> Version {
        switch fields.withSingle(.mcpProtocolVersion, { Version($0) }) {
        case .absent: .absent
        case .repeated: .repeated
        case .once(let version): version
        }
    }

    private static func isSame(_ value: Span<UInt8>, as member: JSONFinding?, in body: [UInt8]) -> Bool {
        member?.isString(value, in: body.span) ?? false
    }

    /// `Mcp-Name` is the one of them that may be encoded.
    private static func mirror(_ value: Span<UInt8>, of member: JSONFinding?, in body: [UInt8]) -> Mirror {
        guard RoutingValue.hasSentinel(value) else { return isSame(value, as: member, in: body) ? .same : .different }
        guard let decoded = RoutingValue.decode(value) else { return .undecodable }
        return isSame(decoded.span, as: member, in: body) ? .same : .different
    }
}

extension RoutingFields.Mirror {
    fileprivate init(_ single: HTTPSingle<Self>) {
        switch single {
        case .absent: self = .absent
        case .repeated: self = .repeated
        case .once(let mirror): self = mirror
        }
    }
}

extension RoutingFields.Version {
    fileprivate init(_ value: Span<UInt8>) {
        if let revision = RevisionCatalog.revision(dated: value) {
            self = .known(revision)
        } else {
            self = Self.isLaterDate(value) ? .later : .unknown
        }
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
}
