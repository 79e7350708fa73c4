package import HTTPMessages
package import JSONCoding

/// The arguments of a tool that are mirrored in `Mcp-Param-*`, as the annotations `x-mcp-header` in its schema say
/// (MCP 2026-07-28, tools, x-mcp-header, and transports, custom headers).
package struct ParameterHeaders: Sendable, Hashable {
    /// How many arguments of one tool may be mirrored; heads have limits too.
    package static let entriesMax = 64
    /// The longest name, without `Mcp-Param-`.
    package static let nameBytesMax = 128

    /// One argument that is mirrored.
    package struct Entry: Sendable, Hashable {
        /// What stands behind `Mcp-Param-`.
        package let name: String
        /// The names that lead from the arguments to the value.
        package let path: [String]

        /// The whole name of the header.
        package var headerName: String { "Mcp-Param-" + name }
    }

    /// The mirrored arguments, in the order of the schema.
    package let entries: [Entry]

    /// Reads a tool's `inputSchema`. A fault means that a client over HTTP must not offer the tool.
    package init(schema: JSONValue) throws(ParameterHeaderFault) {
        var collector = AnnotationCollector()
        try collector.read(schema)
        entries = collector.entries
    }

    /// The headers for a call with these arguments; `null` and absent ones have none.
    package func fields(for arguments: JSONObject?) -> [(name: String, value: [UInt8])] {
        entries.compactMap { entry in
            guard let value = Self.text(Self.value(at: entry.path, in: arguments)) else { return nil }
            return (entry.headerName, RoutingValue.encode(value))
        }
    }

    /// Compares a client's headers with its arguments: nothing if they agree, else `-32020`.
    package func mismatch(_ fields: HTTPFields, arguments: JSONObject?) -> MCPRefusal? {
        for entry in entries {
            let argument = Self.text(Self.value(at: entry.path, in: arguments))
            let values = fields.values(named: entry.headerName)
            let name = entry.headerName
            guard values.count <= 1 else { return .mismatch("The header \(name) stands twice; send it once.") }
            switch (values.first, argument) {
            case (nil, nil): continue
            case (nil, .some):
                return .mismatch("The header \(name) is missing; send the argument \(entry.dotted) in it.")
            case (.some, nil):
                return .mismatch("The header \(name) stands there, but the argument \(entry.dotted) does not.")
            case (let value?, let argument?):
                guard let decoded = RoutingValue.decode(value.span), value.allSatisfy(Self.isHeaderByte) else {
                    return .mismatch("The header \(name) has bytes or a PaddedBase64 that cannot be read.")
                }
                let isNumber = Self.value(at: entry.path, in: arguments)?.numberValue != nil
                guard Self.isSame(String(decoding: decoded, as: UTF8.self), argument, isNumber: isNumber) else {
                    return .mismatch("The header \(name) differs from the argument \(entry.dotted); make them equal.")
                }
            }
        }
        return nil
    }

    private static func value(at path: [String], in arguments: JSONObject?) -> JSONValue? {
        path.reduce(arguments.map(JSONValue.object)) { $0?[$1] }
    }

    /// Integers in decimal, booleans by name, strings as they are; anything else has no form, and the argument check refuses it.
    private static func text(_ value: JSONValue?) -> String? {
        switch value {
        case .string(let text): text
        case .bool(let bool): bool ? "true" : "false"
        case .number(let number): number.integer.map { String($0) } ?? number.text
        case .null, .array, .object, nil: nil
        }
    }

    /// `42` and `42.0` are one integer (SEP-2243).
    private static func isSame(_ header: String, _ argument: String, isNumber: Bool) -> Bool {
        if header.utf8.elementsEqual(argument.utf8) { return true }
        guard isNumber, let number = JSONNumber(spelling: header)?.integer else { return false }
        return String(number) == argument
    }

    private static func isHeaderByte(_ byte: UInt8) -> Bool { byte == 0x09 || (0x20...0x7E).contains(byte) }
}

extension ParameterHeaders.Entry {
    fileprivate var dotted: String { path.joined(separator: ".") }
}

extension HTTPFields {
    /// The values of a name that is only known at run time, in whatever case.
    fileprivate func values(named wanted: String) -> [[UInt8]] {
        let name = wanted.utf8.map(Self.folded)
        var found: [[UInt8]] = []
        forEach { candidate, value in
            guard candidate.count == name.count,
                candidate.indices.allSatisfy({ Self.folded(candidate[$0]) == name[$0] })
            else { return }
            found.append(value.indices.map { value[$0] })
        }
        return found
    }

    private static func folded(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }
}
