import HTTPMessages
import HTTPTransport
import Reactor

/// One address of an upstream, and what every request to it says.
struct HTTPHop: Sendable {
    let origin: HTTPOrigin
    let target: [UInt8]
    /// `content-type`, `accept` and who we are.
    let fields: HTTPFields
    /// The longest answer.
    let answerBytesMax: Int
    /// What the upstream is shown, and on whose behalf; nothing where it wants to see nothing.
    let access: HopAccess?

    init(
        origin: HTTPOrigin, target: [UInt8], answerBytesMax: Int, userAgent: String,
        credentials: (any UpstreamCredentials)? = nil
    ) {
        access = credentials.map { HopAccess(credentials: $0, account: "") }
        self.origin = origin
        self.target = target
        self.answerBytesMax = answerBytesMax
        fields = RelayedFields.own(userAgent: userAgent)
    }

    /// Another address of the same origin.
    func addressing(_ target: [UInt8]) -> HTTPHop { HTTPHop(self, target: target, access: access) }

    /// The same on behalf of an account.
    func acting(for account: String) -> HTTPHop {
        guard let access, access.account != account else { return self }
        return HTTPHop(self, target: target, access: access.of(account))
    }

    private init(_ hop: HTTPHop, target: [UInt8], access: HopAccess?) {
        self.access = access
        origin = hop.origin
        self.target = target
        fields = hop.fields
        answerBytesMax = hop.answerBytesMax
    }

    /// Posts a message and waits for the head of the answer; an urgent one is one that a call in flight waits for.
    func post(
        _ message: [UInt8], _ more: HTTPFields, deadline: UInt64, isUrgent: Bool = false, on loop: EventLoop
    ) async throws(UpstreamError) -> HTTPClientResponse {
        try await send(.post, more, message, deadline: deadline, isUrgent: isUrgent, on: loop)
    }

    /// Sends a request of another method, which has no body.
    func send(
        _ method: HTTPMethod, _ more: HTTPFields, _ body: [UInt8] = [], deadline: UInt64, isUrgent: Bool = false,
        on loop: EventLoop
    ) async throws(UpstreamError) -> HTTPClientResponse {
        guard let access else {
            return try await send(method, more, body, nil, deadline: deadline, isUrgent: isUrgent, on: loop)
        }
        return try await access.showing(deadline: deadline, on: loop) { (credential) async throws(UpstreamError) in
            try await send(method, more, body, credential, deadline: deadline, isUrgent: isUrgent, on: loop)
        }
    }

    private func send(
        _ method: HTTPMethod, _ more: HTTPFields, _ body: [UInt8], _ credential: UpstreamCredential?,
        deadline: UInt64, isUrgent: Bool, on loop: EventLoop
    ) async throws(UpstreamError) -> HTTPClientResponse {
        let request = HTTPClientRequest(
            method: method, target: credential?.target(target) ?? target,
            fields: credential?.fields(behind: fields) ?? fields, relayed: more, isRelayed: { _ in true }, body: body)
        do throws(HTTPClientError) {
            return try await origin.pool(on: loop).send(request, deadline: deadline, isUrgent: isUrgent)
        } catch {
            throw .transport(error)
        }
    }
}

extension HTTPClientResponse {
    /// Gives up what still comes of the body.
    func discard() {
        if case .stream(let stream) = body { stream.cancel() }
    }

    /// What the answer says to be.
    var kind: HTTPAnswerKind { HTTPAnswerKind(head) }

    /// The whole body, if it is not longer than the limit; with a deadline of its own only as far as the request had one.
    func wholeBody(limit: Int) async throws(UpstreamError) -> [UInt8] {
        switch body {
        case .complete(let bytes):
            guard bytes.count <= limit else { throw .tooLong(limit: limit) }
            return bytes
        case .stream(let stream):
            if case .length(let length) = head.framing, length > limit {
                stream.cancel()
                throw .tooLong(limit: limit)
            }
            var bytes: [UInt8] = []
            while let piece = try await stream.nextPiece() {
                guard bytes.count + piece.count <= limit else {
                    stream.cancel()
                    throw .tooLong(limit: limit)
                }
                bytes += piece
            }
            return bytes
        }
    }
}

extension HTTPBodyStream {
    /// The next piece, with the failure as ours.
    func nextPiece() async throws(UpstreamError) -> [UInt8]? {
        do throws(HTTPClientError) {
            return try await next()
        } catch {
            throw .transport(error)
        }
    }
}

/// What an answer says to be, by its content type.
enum HTTPAnswerKind {
    case json, events, other

    init(_ head: ResponseHead) {
        let kind = head.fields.withFirst(.contentType) { value -> HTTPAnswerKind in
            if MediaType.isJSON(value) { return .json }
            return MediaType.isEventStream(value) ? .events : .other
        }
        self = kind ?? .other
    }
}
