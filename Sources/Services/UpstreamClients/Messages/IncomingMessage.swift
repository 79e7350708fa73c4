import JSONCoding
import MCPWire

/// One message of an upstream, understood as a whole.
enum IncomingMessage: Sendable {
    /// A response; its id is `nil` when it names no request.
    case response(id: JSONValue?, UpstreamResponse)
    /// A message that wants no answer.
    case notification(method: String, params: JSONObject)
    /// A request; its id goes back as it came.
    case request(ServerRequest)
    /// None of these; the sentence says why.
    case garbage(String)

    /// As deep as requests; the length is bounded by who reads the transport.
    static let limits = JSONLimits(bytes: JSONLimits.bytesMax, stringBytes: JSONLimits.bytesMax)

    init(_ bytes: [UInt8]) {
        do throws(JSONError) {
            self.init(try JSONParser.parse(bytes, limits: Self.limits))
        } catch {
            self = .garbage(error.reason)
        }
    }

    /// All messages of a text: one, or in 2025-03-26 several in an array.
    static func all(in bytes: [UInt8]) -> [IncomingMessage] {
        do throws(JSONError) {
            let value = try JSONParser.parse(bytes, limits: limits)
            return value.arrayValue?.map { IncomingMessage($0) } ?? [IncomingMessage(value)]
        } catch {
            return [.garbage(error.reason)]
        }
    }

    init(_ value: JSONValue) {
        guard value["jsonrpc"] == "2.0" else {
            self = .garbage("it has no \"jsonrpc\": \"2.0\"")
            return
        }
        let id = value["id"].flatMap { $0.isNull ? nil : $0 }
        switch (value["method"]?.stringValue, value["result"], value["error"]) {
        case (let method?, nil, nil):
            let params = value["params"]?.objectValue
            if let id = value["id"] {
                self = .request(ServerRequest(id: JSONWriter.bytes(of: id), method: method, params: params))
            } else {
                self = .notification(method: method, params: params ?? JSONObject())
            }
        case (nil, .object(let result)?, nil):
            self = .response(id: id, .result(result))
        case (nil, nil, let error?):
            guard let code = error["code"]?.integer else {
                self = .garbage("its error has no integer code")
                return
            }
            self = .response(
                id: id,
                .failure(
                    UpstreamFailure(code: code, message: error["message"]?.stringValue ?? "", data: error["data"])))
        default:
            self = .garbage("it is neither a response nor a notification nor a request")
        }
    }
}

/// What an upstream answered, in the form of its own revision.
enum UpstreamResponse: Sendable {
    /// The `result` object.
    case result(JSONObject)
    /// A JSON-RPC error.
    case failure(UpstreamFailure)
}

/// Something an upstream of the handshake era wants from us.
struct ServerRequest: Sendable {
    /// The bytes of its id.
    let id: [UInt8]
    /// What it wants.
    let method: String
    /// The details.
    let params: JSONObject?

    /// Which sort of question to the client it is, if it is one.
    var kind: ClientQuestion.Kind? { ClientQuestion.Kind(rawValue: method) }
}

extension JSONValue {
    /// Whether it is this id of ours: as an amount, because an upstream may spell it anew; a string is no number.
    func isID(_ id: Int) -> Bool { integer == id }
}
