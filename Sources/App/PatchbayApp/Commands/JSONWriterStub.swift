import JSONCoding

// Stands in for JSONCoding's writer until it is on main.
enum JSONWriter {
    static func bytes(of value: JSONValue) -> [UInt8] { Array(text(value).utf8) }
    static func text(_ value: JSONValue) -> String {
        switch value {
        case .null: "null"
        case .bool(let flag): flag ? "true" : "false"
        case .number(let number): number.text
        case .string(let string): quote(string)
        case .array(let items): "[" + items.map(text).joined(separator: ",") + "]"
        case .object(let object):
            "{" + object.members.map { quote($0.name) + ":" + text($0.value) }.joined(separator: ",") + "}"
        }
    }
    static func quote(_ string: String) -> String {
        "\"" + string.unicodeScalars.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : "\($0)" }.joined() + "\""
    }
}
