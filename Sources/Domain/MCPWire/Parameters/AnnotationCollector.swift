package import JSONCoding

/// Why a tool's `x-mcp-header` annotations make it unfit for clients over HTTP.
package enum ParameterHeaderFault: Error, Sendable, Hashable {
    /// The value is no text, empty, or no token of RFC 9110.
    case wrongName(path: String)
    /// A second one of this name, in whatever case.
    case repeatedName(String)
    /// At a value that is no string, integer or boolean.
    case wrongType(path: String)
    /// At a place that cannot be reached from the root through `properties` alone.
    case wrongPlace(path: String)
    /// More than a head holds.
    case tooMany(limit: Int)

    /// A sentence for the operator's log.
    package var reason: String {
        switch self {
        case .wrongName(let path): "The x-mcp-header at \(path) is not a token."
        case .repeatedName(let name): "Two x-mcp-header annotations have the name \(name)."
        case .wrongType(let path): "The x-mcp-header at \(path) is not at a string, an integer or a boolean."
        case .wrongPlace(let path): "The x-mcp-header at \(path) is not below \"properties\" alone."
        case .tooMany(let limit): "There are more than \(limit) x-mcp-header annotations."
        }
    }
}

/// Walks a schema and gathers its annotations, each with the path of its argument.
struct AnnotationCollector {
    private(set) var entries: [ParameterHeaders.Entry] = []

    static let keyword = "x-mcp-header"

    mutating func read(_ schema: JSONValue) throws(ParameterHeaderFault) {
        try reach(schema, [])
    }

    /// A schema that is reached through `properties` alone; the root itself is no argument.
    private mutating func reach(_ schema: JSONValue, _ path: [String]) throws(ParameterHeaderFault) {
        guard let object = schema.objectValue else { return }
        for member in object.members {
            switch member.name {
            case Self.keyword:
                guard !path.isEmpty else { throw .wrongPlace(path: "the root") }
                try add(member.value, schema, path)
            case "properties":
                for property in member.value.objectValue?.members ?? [] {
                    try reach(property.value, path + [property.name])
                }
            case let name where SchemaKeywords.values.contains(name): continue
            default:  // Keywords are an open set.
                let areNames = SchemaKeywords.namedSchemas.contains(member.name)
                try forbid(member.value, path + [member.name], areNames: areNames)
            }
        }
    }

    private mutating func add(_ name: JSONValue, _ schema: JSONValue, _ path: [String]) throws(ParameterHeaderFault) {
        let place = path.joined(separator: ".")
        guard let name = name.stringValue, !name.isEmpty, name.utf8.count <= ParameterHeaders.nameBytesMax,
            name.utf8.allSatisfy(Self.isToken)
        else { throw .wrongName(path: place) }
        guard ["string", "integer", "boolean"].contains(schema["type"]?.stringValue) else {
            throw .wrongType(path: place)
        }
        guard !entries.contains(where: { $0.name.lowercased() == name.lowercased() }) else { throw .repeatedName(name) }
        guard entries.count < ParameterHeaders.entriesMax else { throw .tooMany(limit: ParameterHeaders.entriesMax) }
        entries.append(ParameterHeaders.Entry(name: name, path: path))
    }

    /// No annotation may stand in here. Below `properties` and `$defs` the names are an argument's, not keywords.
    private func forbid(_ value: JSONValue, _ path: [String], areNames: Bool = false) throws(ParameterHeaderFault) {
        switch value {
        case .null, .bool, .number, .string: return
        case .array(let elements):
            for element in elements { try forbid(element, path) }
        case .object(let object):
            for member in object.members {
                if !areNames, member.name == Self.keyword { throw .wrongPlace(path: path.joined(separator: ".")) }
                if !areNames, SchemaKeywords.values.contains(member.name) { continue }
                let areInner = !areNames && SchemaKeywords.namedSchemas.contains(member.name)
                try forbid(member.value, path + [member.name], areNames: areInner)
            }
        }
    }

    /// RFC 9110 section 5.6.2.
    private static func isToken(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: Array("!#$%&'*+-.^_`|~".utf8).contains(byte)
        }
    }
}

extension ParameterHeaders {
    /// A schema without annotations, wherever they stand: for clients that must not be bound by them, or that would not take the
    /// tool because of a wrong one.
    package static func removed(from schema: JSONValue) -> JSONValue { removed(from: schema, areNames: false) }

    private static func removed(from value: JSONValue, areNames: Bool) -> JSONValue {
        switch value {
        case .null, .bool, .number, .string: return value
        case .array(let elements): return .array(elements.map { removed(from: $0, areNames: false) })
        case .object(var object):
            if !areNames { object[AnnotationCollector.keyword] = nil }
            for index in object.members.indices {
                let member = object.members[index]
                if !areNames, SchemaKeywords.values.contains(member.name) { continue }
                let areInner = !areNames && SchemaKeywords.namedSchemas.contains(member.name)
                object.members[index].value = removed(from: member.value, areNames: areInner)
            }
            return .object(object)
        }
    }
}
