import JSONCoding
import MCPWire
import Synchronization
import UpstreamClients

/// One call between the client and the server, and the client's side of it for the upstream client.
///
/// A class, because its task, the reader and a retry meet in it. The request that waits for it may change: a call that asks a
/// client of the stateless era ends that request, and goes on with the retry.
final class BridgeCall: CallHost {
    private struct Waiting {
        let id: [UInt8]
        let progressToken: JSONValue?
    }

    let method: MCPMethod
    /// What the request is about; a retry has to be about the same.
    let subject: JSONValue?
    let client: BridgeClient
    let task = Mutex<Task<Void, Never>?>(nil)
    private let bridge: Bridge
    private let waiting: Mutex<Waiting?>
    private let isListening: Bool

    init(_ message: BridgeMessage, _ client: BridgeClient, bridge: Bridge) {
        method = message.method
        subject = Self.subject(of: message)
        self.client = client
        self.bridge = bridge
        isListening = message.method == .subscriptionsListen
        waiting = Mutex(Waiting(id: message.id, progressToken: message.progressToken))
    }

    static func subject(of message: BridgeMessage) -> JSONValue? {
        message.params["name"] ?? message.params["uri"]
    }

    /// The client does not want it any more; nothing is answered.
    func cancel() {
        waiting.withLock { $0 = nil }
        task.withLock { $0 }?.cancel()
    }

    /// A stream of changes ends with the client; other calls may go on.
    func endListening() {
        if isListening { cancel() }
    }

    /// The retry's request waits for the call from now on.
    func adopt(_ message: BridgeMessage) {
        waiting.withLock { $0 = Waiting(id: message.id, progressToken: message.progressToken) }
        bridge.adopted(self, by: message.id)
    }

    // MARK: What the upstream client says

    func notify(_ notification: CallNotification) async {
        guard let message = message(notification) else { return }
        await bridge.output.send(message)
    }

    func ask(_ questions: [ClientQuestion]) async throws(ClientSilence) -> [String: ClientAnswer] {
        guard !questions.isEmpty else { return [:] }
        switch client.revision.era {
        case .handshake: return try await bridge.questions.ask(questions, client)
        case .stateless: return try await bridge.parked.ask(questions, self)
        }
    }

    private func message(_ notification: CallNotification) -> [UInt8]? {
        switch notification {
        case .progress(var params):
            guard let token = waiting.withLock({ $0?.progressToken }) else { return nil }
            params["progressToken"] = token
            return client.rendering.notification(.progress, params: params)?.bytes
        case .message(let params):
            return client.rendering.notification(.message, params: params)?.bytes
        case .other(let name, let params):
            guard let kind = MCPNotification(name: name) else {
                return JSONRPCWriter.notification(method: name, params: params)
            }
            return client.rendering.notification(kind, params: params)?.bytes
        }
    }

    // MARK: What the client is answered

    /// Ends the request that waits with what the upstream said; `source` is the upstream's revision.
    func respond(_ outcome: UpstreamOutcome, from source: Revision = .v2026_07_28) async {
        switch outcome {
        case .result(let result) where result["resultType"] == "input_required": await respond(result)
        case .result(let result): await respond(client.rendering.result(result, of: method, from: source))
        case .failure(let failure):
            if client.revision.era == .stateless, let asked = InputRequired(failure: failure),
                asked.missing(from: client.capabilities).isEmpty
            {
                // The upstream keeps nothing for it: when the pages are done, the call begins anew.
                return await respond(asked.result)
            }
            switch client.rendering.failure(failure, of: method) {
            case .error(let failure, status: _):
                guard let id = takeID() else { return }
                await bridge.fail(id, failure)
            case .toolResult(let result): await respond(result)
            }
        }
    }

    /// Ends the request that waits with a result in the client's form.
    func respond(_ result: JSONObject) async {
        guard let id = takeID() else { return }
        await bridge.answer(id, result)
    }

    private func takeID() -> [UInt8]? {
        let id = waiting.withLock { waiting in
            defer { waiting = nil }
            return waiting?.id
        }
        if let id { bridge.answered(id) }
        return id
    }
}
