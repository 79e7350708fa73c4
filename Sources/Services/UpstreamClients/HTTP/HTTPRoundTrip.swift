import HTTPMessages
import HTTPTransport
import Reactor

/// One request of our own and its response, whatever else the upstream says on the way; for what belongs to no call.
struct HTTPRoundTrip {
    let hop: HTTPHop
    let deadline: UInt64
    let loop: EventLoop

    /// The response, and the head that it came with.
    struct Reply {
        let response: UpstreamResponse
        let head: ResponseHead
    }

    /// Posts the request and reads up to its response. An error that names no request can only mean this one.
    func response(to message: [UInt8], id: Int, _ fields: HTTPFields) async throws(UpstreamError) -> Reply {
        let response = try await hop.post(message, fields, deadline: deadline, on: loop)
        switch try await HTTPAnswer.read(response, limit: hop.answerBytesMax) {
        case .messages(let messages, _):
            for case .response(let answered, let answer) in messages where answered?.isID(id) ?? true {
                return Reply(response: answer, head: response.head)
            }
            throw .garbage("it answers another request")
        case .events(let events):
            defer { events.cancel() }
            while let message = try await events.next() {
                if case .response(let answered, let answer) = message, answered?.isID(id) ?? true {
                    return Reply(response: answer, head: response.head)
                }
            }
            throw .cutOff
        }
    }
}
