import HTTPMessages
import JSONCoding
import MCPWire
import Testing

func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

func text(_ bytes: some Sequence<UInt8>) -> String { String(decoding: Array(bytes), as: UTF8.self) }

/// A posted message as a table writes it: a body, and the routing headers as pairs.
struct Post: CustomTestStringConvertible, Sendable {
    var body: String
    var headers: [(String, String)]

    var testDescription: String { body }

    var fields: HTTPFields {
        var fields = HTTPFields()
        for (name, value) in headers {
            let isTaken = fields.append(nameBytes: bytes(name).span, bytes: bytes(value).span)
            #expect(isTaken)
        }
        return fields
    }

    var verdict: StatelessVerdict {
        StatelessRules.check(MCPEnvelope.scan(bytes(body)), body: bytes(body), fields: fields)
    }

    /// The refusal with the body that would be sent, or nothing if the message is served.
    func refusal() throws -> (status: Int, code: Int?, answer: JSONValue)? {
        guard case .refused(let refusal) = verdict else { return nil }
        let answer = try JSONParser.parse(refusal.body(answering: MCPEnvelope.scan(bytes(body)), in: bytes(body)))
        #expect(answer["jsonrpc"] == "2.0")
        #expect(answer["error"]?["message"]?.stringValue?.isEmpty == false)
        return (refusal.status, answer["error"]?["code"]?.integer, answer)
    }
}

/// Requests with everything right, to be spoilt one part at a time.
enum Good {
    static let version = "2026-07-28"
    static let envelope =
        #""_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}"#

    static func body(_ method: String, _ params: String = "", envelope: String = envelope, id: String = "7") -> String {
        let members = [params, envelope].filter { !$0.isEmpty }.joined(separator: ",")
        return #"{"jsonrpc":"2.0","id":\#(id),"method":"\#(method)","params":{\#(members)}}"#
    }

    static func headers(_ method: String, name: String? = nil, version: String? = version) -> [(String, String)] {
        var headers = [("Mcp-Method", method)]
        if let version { headers.append(("MCP-Protocol-Version", version)) }
        if let name { headers.append(("Mcp-Name", name)) }
        return headers
    }

    static let call = Post(
        body: body("tools/call", #""name":"add","arguments":{"title":"milk"}"#),
        headers: headers("tools/call", name: "add"))
    static let list = Post(body: body("tools/list"), headers: headers("tools/list"))
}

/// A value of JSON as a test writes it.
func json(_ text: String) throws -> JSONValue { try JSONParser.parse(bytes(text)) }

/// An object of JSON as a test writes it.
func object(_ text: String) throws -> JSONObject { try #require(try json(text).objectValue) }

/// The text of a value: equal texts are equal to the byte, order and spelling of numbers included.
func spelled(_ value: JSONValue?) -> String? { value.map { text(JSONWriter.bytes(of: $0)) } }

/// The text of an object.
func spelled(_ object: JSONObject?) -> String? { spelled(object.map(JSONValue.object)) }
