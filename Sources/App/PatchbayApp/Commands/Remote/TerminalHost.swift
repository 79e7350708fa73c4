import JSONCoding
import MCPWire
import UpstreamClients

/// Shows a person what happens during a call; answers nothing that the server asks.
struct TerminalHost: CallHost {
    /// Says something at once, where a person sees it.
    let note: @Sendable (String) -> Void

    func notify(_ notification: CallNotification) async {
        switch notification {
        case .progress(let params): note(progress(params))
        case .message(let params): note(log(params))
        case .other: break  // What else there is belongs to lists that a command has already read.
        }
    }

    func ask(_ questions: [ClientQuestion]) async throws(ClientSilence) -> [String: ClientAnswer] {
        throw .cannotBeAsked
    }

    private func progress(_ params: JSONObject) -> String {
        let number = { (value: JSONValue?) in value.map { String(decoding: JSONWriter.bytes(of: $0), as: UTF8.self) } }
        let total = number(params["total"]).map { " of \($0)" } ?? ""
        let message = params["message"]?.stringValue.map { ": \(firstLine($0))" } ?? ""
        return "progress \(number(params["progress"]) ?? "")\(total)\(message)\n"
    }

    private func log(_ params: JSONObject) -> String {
        let data = params["data"] ?? .null
        let text = data.stringValue ?? String(decoding: JSONWriter.bytes(of: data), as: UTF8.self)
        let logger = params["logger"]?.stringValue.map { " \(firstLine($0, charactersMax: 40))" } ?? ""
        return "\(firstLine(params["level"]?.stringValue ?? "log", charactersMax: 20))\(logger): \(firstLine(text))\n"
    }
}
