package import HTTPMessages
package import HTTPTransport
import MCPWire
package import Reactor
import Synchronization

/// The short way: the client's bytes go up and the upstream's come back.
extension HTTPUpstream {
    /// Reads what the answer is, JSON or events or none at all; posts the message first, unless `begin` did.
    package func relay(
        _ call: UpstreamCall, after outcome: Result<HTTPClientResponse, HTTPClientError>?, on loop: EventLoop
    ) async throws(UpstreamError) -> UpstreamReply? {
        if outcome == nil {
            guard era.isStateless else { return nil }
            try breaker.admit(now: loop.now)
        }
        do throws(UpstreamError) {
            let response: HTTPClientResponse
            if hop.access != nil {
                response = try await admitted(call, after: outcome, on: loop)
            } else {
                response = try await sent(call, nil, after: outcome, on: loop)
            }
            let reply = try ShortReply.read(response, call, answerBytesMax: hop.answerBytesMax)
            breaker.succeeded()
            // Only a refusal proves that nothing was executed: an error that came with 200 is the answer.
            guard response.head.status != 200, ShortReply.isDoubtful(reply),
                try await isOfAnotherEra(call, on: loop)
            else { return reply }
            return nil
        } catch {
            note(error, at: loop.now)
            // The long way has fields of its own.
            if error == .hopRefused(code: MCPErrorCode.headerMismatch.rawValue) { return nil }
            guard error.disputesTheEra, try await isOfAnotherEra(call, on: loop) else { throw error }
            return nil
        }
    }

    /// Posts the message without a task, on a connection that is at hand.
    package func begin(
        _ call: UpstreamCall, on loop: EventLoop, receiver: any HTTPAnswerReceiver
    ) -> HTTPClientTicket? {
        guard era.isStateless, breaker.isUntroubled else { return nil }
        var credential: UpstreamCredential?
        if let access = hop.access {
            guard case .ready(let found) = access.credentials.atHand(account: call.account) else { return nil }
            credential = found
            call.shown.withLock { $0 = found }
        }
        return hop.origin.pool(on: loop).begin(
            request(for: call, credential), deadline: call.deadline, receiver: receiver)
    }

    /// What a whole JSON answer says, when it is the response and nothing about it is in doubt.
    package func verdict(_ head: ResponseHead, _ message: [UInt8], on call: UpstreamCall) -> UpstreamVerdict? {
        guard head.status == 200, HTTPAnswerKind(head) == .json,
            case .response(let verdict) = UpstreamAnswer.judge(message, for: call)
        else { return nil }
        breaker.succeeded()
        return verdict
    }

    private func request(for call: UpstreamCall, _ credential: UpstreamCredential?) -> HTTPClientRequest {
        guard let credential else {
            return HTTPClientRequest(
                method: .post, target: hop.target, fields: hop.fields, relayed: call.clientFields,
                isRelayed: RelayedFields.isRelayed, body: call.message)
        }
        return HTTPClientRequest(
            method: .post, target: credential.target(hop.target), fields: credential.fields(behind: hop.fields),
            relayed: call.clientFields,
            isRelayed: { RelayedFields.isRelayed($0) && !credential.isField($0) }, body: call.message)
    }

    private func sent(
        _ call: UpstreamCall, _ credential: UpstreamCredential?,
        after outcome: Result<HTTPClientResponse, HTTPClientError>?, on loop: EventLoop
    ) async throws(UpstreamError) -> HTTPClientResponse {
        do throws(HTTPClientError) {
            if let outcome { return try outcome.get() }
            return try await hop.origin.pool(on: loop).send(request(for: call, credential), deadline: call.deadline)
        } catch {
            throw .transport(error)
        }
    }

    /// The same at an upstream that wants to see something.
    private func admitted(
        _ call: UpstreamCall, after outcome: Result<HTTPClientResponse, HTTPClientError>?, on loop: EventLoop
    ) async throws(UpstreamError) -> HTTPClientResponse {
        guard let access = hop.access?.of(call.account) else {
            return try await sent(call, nil, after: outcome, on: loop)
        }
        var first: (HTTPClientResponse, UpstreamCredential)?
        if let outcome {
            let response = try await sent(call, nil, after: outcome, on: loop)
            first = call.shown.withLock { $0 }.map { (response, $0) }
        }
        return try await access.showing(after: first, deadline: call.deadline, on: loop) {
            (credential) async throws(UpstreamError) in
            try await sent(call, credential, after: nil, on: loop)
        }
    }

    /// Looks at the upstream again after it refused a message; the refused one may then take the long way.
    private func isOfAnotherEra(_ call: UpstreamCall, on loop: EventLoop) async throws(UpstreamError) -> Bool {
        if let found = era.current(now: loop.now), found.verdict.isStateless { era.forget(found) }
        return !(try await find(for: call.account, deadline: call.deadline, on: loop).verdict.isStateless)
    }
}
