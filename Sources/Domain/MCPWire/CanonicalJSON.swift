package import JSONCoding

/// One spelling for values that mean the same to a peer, so that they can be compared and hashed as bytes.
///
/// Members are sorted by the bytes of their names, white space and escapes are the writer's. Numbers keep their spelling: the
/// same client spells the same argument the same way, and `1.0` may mean something else to it than `1`.
package enum CanonicalJSON {
    /// The bytes of a value in this spelling.
    package static func bytes(of value: JSONValue) -> [UInt8] { JSONWriter.bytes(of: sorted(value)) }

    /// What identifies a call for `requestState`: method and params without what a retry changes (MCP 2026-07-28, MRTR: bind to
    /// method and parameters). The digest of these bytes goes into `RequestStateClaims`.
    package static func callIdentity(method: String, params: JSONObject) -> [UInt8] {
        var identity = params
        for name in ["_meta", "inputResponses", "requestState"] { identity[name] = nil }
        return Array(method.utf8) + [0] + bytes(of: .object(identity))
    }

    private static func sorted(_ value: JSONValue) -> JSONValue {
        switch value {
        case .null, .bool, .number, .string: value
        case .array(let elements): .array(elements.map(sorted))
        case .object(let object):
            // A stable sort: of two members with one name the order means something.
            .object(
                JSONObject(
                    object.members.enumerated()
                        .sorted { one, other in
                            let (left, right) = (Array(one.element.name.utf8), Array(other.element.name.utf8))
                            return left == right ? one.offset < other.offset : left.lexicographicallyPrecedes(right)
                        }
                        .map { JSONObject.Member(name: $0.element.name, value: sorted($0.element.value)) }))
        }
    }
}
