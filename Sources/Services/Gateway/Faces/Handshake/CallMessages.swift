import JSONCoding
import MCPWire

/// What one event of a call is to a handshake client: no message, one, or several.
struct CallMessages {
    let running: RunningCall
    let messages: ClientMessages

    /// The messages of an event, in order; the response is the last one of all.
    func bytes(of event: CallEvent) -> [[UInt8]] {
        switch event {
        case .notification(let notification): messages.notification(notification).map { [$0] } ?? []
        case .questions(let questions): questions.compactMap { request($0) }
        case .outcome(let outcome):
            // A cancelled request gets no response.
            running.isCancelled ? [] : [messages.response(outcome, upstream: running.upstream).bytes]
        }
    }

    /// A question as a request of ours; one that this revision cannot be asked is answered at once.
    private func request(_ question: ClientQuestion) -> [UInt8]? {
        let id = QuestionID(call: running.number, key: question.key).description
        let text = JSONWriter.bytes(of: .string(id))
        let question = messages.taskID.map { question.about(task: $0) } ?? question
        guard messages.client.capabilities.missing(for: question) == nil,
            let request = question.request(
                id: text, for: messages.client.revision, elicitationID: "\(running.number)-\(question.key)")
        else {
            _ = running.answer([question.key: .undeclared(question.kind)])
            return nil
        }
        return request
    }
}
