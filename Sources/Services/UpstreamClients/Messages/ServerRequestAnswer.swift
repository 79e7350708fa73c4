import JSONCoding
import MCPWire

/// What an upstream of the handshake era hears at once for a request of its own, because it belongs to nobody or to us.
enum ServerRequestAnswer {
    /// For a request that belongs to no call that may be asked (rulings 4.4).
    static func unowned(_ request: ServerRequest, for revision: Revision) -> [UInt8] {
        guard let kind = request.kind else { return own(request) }
        return ClientAnswer.unowned(kind).response(id: request.id[...], to: kind, for: revision)
    }

    /// What is answered without asking anybody: `ping`, and what we do not have.
    static func own(_ request: ServerRequest) -> [UInt8] {
        if request.method == MCPMethod.ping.name.description {
            return JSONRPCWriter.result(id: request.id[...], .object(JSONObject()))
        }
        return JSONRPCWriter.error(
            id: request.id[...], code: MCPErrorCode.methodNotFound.rawValue,
            message: "The client has no method \(request.method).")
    }
}
