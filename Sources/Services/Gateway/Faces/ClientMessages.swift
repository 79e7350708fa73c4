import JSONCoding
import MCPWire
import UpstreamClients

/// Writes what a client of one revision is told about one call: the only place where the neutral form becomes the client's.
struct ClientMessages: Sendable {
    let client: ClientContext
    let method: MCPMethod
    /// The id of the request that is answered, as the client wrote it.
    let id: [UInt8]
    /// What the client calls its progress by.
    let progressToken: JSONValue?
    /// Who we say that we are, in results of the stateless era.
    let serverInfo: JSONObject?
    /// Whether the tool that is called was shown with its output in an object.
    var wrapsStructuredContent = false
    /// The task that is waited for, of `tasks/result`: what belongs to it says so (MCP 2025-11-25, tasks).
    var taskID: String?

    var rendering: ClientRendering {
        ClientRendering(revision: client.revision, capabilities: client.capabilities)
    }

    /// The same for a call of this tool.
    func about(_ tool: OfferedItem?) -> ClientMessages {
        guard let tool else { return self }
        var messages = self
        messages.wrapsStructuredContent = rendering.wrapsResults(of: tool.definition, from: tool.revision)
        return messages
    }

    /// A notification about the call; nothing if the client cannot or does not want to hear it.
    func notification(_ notification: CallNotification) -> [UInt8]? {
        switch notification {
        case .progress(var params):
            guard let progressToken else { return nil }
            params["progressToken"] = progressToken
            return rendering.notification(.progress, params: params)?.bytes
        case .message(let params):
            return rendering.notification(.message, params: params)?.bytes
        case .other(let method, let params):
            // Of an extension that both sides may know; those that we know have rules of their own.
            guard let kind = MCPNotification(name: method) else {
                return JSONRPCWriter.notification(method: method, params: params)
            }
            // They name the upstream's own ids, but for who waits for a task's result.
            if kind == .tasks || kind == .taskStatus, taskID == nil { return nil }
            return rendering.notification(kind, params: params)?.bytes
        }
    }

    /// The response, and what it is in short.
    func response(_ outcome: CallOutcome, upstream: String) -> ClientResponse {
        switch outcome {
        case .ended(.result(let result)): self.result(result)
        case .ended(.failure(let failure)): self.failure(failure)
        case .connectRequired(let question): self.failure(question.failure)
        case .failed(let error):
            ClientResponse(
                JSONRPCWriter.error(
                    id: id[...], code: MCPErrorCode.internalError.rawValue, message: error.advice(upstream: upstream)),
                .failed)
        }
    }

    func result(_ neutral: JSONObject) -> ClientResponse {
        var result =
            taskResult(neutral)
            ?? rendering.result(
                neutral, of: method, wrapsStructuredContent: wrapsStructuredContent)
        if client.revision.era == .stateless, let serverInfo {
            var meta = result["_meta"]?.objectValue ?? JSONObject()
            if meta[MetaKey.serverInfo] == nil { meta[MetaKey.serverInfo] = .object(serverInfo) }
            result["_meta"] = .object(meta)
        }
        return ClientResponse(JSONRPCWriter.result(id: id[...], .object(result)), .result)
    }

    func failure(_ failure: MCPFailure) -> ClientResponse {
        rendered(rendering.failure(failure, of: method))
    }

    /// Questions that this client cannot be asked.
    func unaskable(_ asked: InputRequired) -> ClientResponse {
        rendered(rendering.unaskable(asked, of: method))
    }

    /// A sentence that says why nothing was done, in the form of the method.
    func refusal(_ sentence: String) -> ClientResponse {
        rendered(rendering.refused(sentence, of: method))
    }

    private func rendered(_ failure: RenderedFailure) -> ClientResponse {
        switch failure {
        case .error(let failure, let status):
            ClientResponse(
                JSONRPCWriter.error(id: id[...], code: failure.code, message: failure.message, data: failure.data),
                .error(code: failure.code), status: status)
        case .toolResult(let result):
            ClientResponse(JSONRPCWriter.result(id: id[...], .object(result)), .result)
        }
    }

    /// A tool's result for which the host shows a button to sign in (facts, clients 1.11).
    func toolChallenge(_ challenge: Challenge, _ text: String) -> ClientResponse {
        result([
            "resultType": "complete", "content": [["type": "text", "text": .string(challenge.sentence)]],
            "isError": true, "_meta": ["mcp/www_authenticate": [.string(text)]],
        ])
    }

    /// The same where a status cannot say it, whatever was called.
    func challenge(_ challenge: Challenge, _ text: String) -> ClientResponse {
        method == .toolsCall
            ? toolChallenge(challenge, text) : failure(MCPFailure(.internalError, challenge.sentence))
    }

    /// A tool's result that says why nothing was done.
    func toolRefusal(_ sentence: String) -> ClientResponse {
        result([
            "resultType": "complete", "content": [["type": "text", "text": .string(sentence)]], "isError": true,
        ])
    }
}

/// A response as bytes, with what it is in short.
struct ClientResponse: Sendable {
    enum Kind: Sendable, Equatable {
        case result
        case error(code: Int)
        /// No answer from the upstream.
        case failed
    }

    let bytes: [UInt8]
    let kind: Kind
    /// The status of a plain answer; MCP 2026-07-28 demands another one than 200 for some errors.
    let status: Int

    init(_ bytes: [UInt8], _ kind: Kind, status: Int = 200) {
        self.bytes = bytes
        self.kind = kind
        self.status = status
    }
}

extension JSONRPCWriter {
    /// The answer to a message that is JSON and still cannot be read as a whole.
    static func unreadable(id: ArraySlice<UInt8>?) -> [UInt8] {
        error(
            id: id, code: MCPErrorCode.invalidRequest.rawValue,
            message: "The message has more values than are read at once. Send less at once.")
    }
}
