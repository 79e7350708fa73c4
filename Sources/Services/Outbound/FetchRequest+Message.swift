import GatewayModel
import HTTPMessages
import HTTPTransport
import Reactor

extension FetchRequest {
    /// The request as it travels.
    func message(_ settings: FetchSettings) -> HTTPClientRequest {
        var fields = self.fields
        if !fields.contains(.accept) {
            switch accepts {
            case .json: fields.append(.accept, literal: "application/json")
            case .any: fields.append(.accept, literal: "*/*")
            }
        }
        // A name in the settings that is no field value is left out.
        _ = fields.append(.userAgent, settings.userAgent)
        if let type = body.contentType { fields.append(.contentType, literal: type) }
        return HTTPClientRequest(method: method, target: Array(url.target.utf8), fields: fields, body: body.bytes)
    }
}

extension FetchError {
    /// What the transport says, about this host.
    init(_ error: HTTPClientError, host: String, time: Duration) {
        switch error {
        case .resolution(let reason): self = .resolution(host: host, detail: reason.reason)
        case .connect(let detail): self = .connection(host: host, detail: detail)
        case .tls(let detail): self = .tls(host: host, detail: detail)
        case .poolFull: self = .connection(host: host, detail: error.reason)
        case .timedOut(let sent):
            self = .timedOut(host: host, seconds: Int(time.components.seconds), isSent: sent)
        case .closed(let detail, let sent): self = .broken(host: host, detail: detail, isSent: sent)
        case .refused(let refusal): self = .broken(host: host, detail: refusal.reason, isSent: true)
        case .cancelled: self = .cancelled
        }
    }
}
