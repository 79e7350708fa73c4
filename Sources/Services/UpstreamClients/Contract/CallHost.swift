package import JSONCoding
package import MCPWire

/// The client's side of one call, as an upstream client sees it: who hears what happens, and who answers what is asked.
package protocol CallHost: Sendable {
    /// Tells the client something about its call.
    func notify(_ notification: CallNotification) async

    /// Asks the client, and waits until it has answered every question; the answers are by the questions' keys.
    ///
    /// The deadline of the request stands still meanwhile. Cancelled when the call is.
    func ask(_ questions: [ClientQuestion]) async throws(ClientSilence) -> [String: ClientAnswer]
}

/// What an upstream says about a call that still runs.
package enum CallNotification: Sendable {
    /// `notifications/progress`; the token is left out, because the client has one of its own.
    case progress(JSONObject)
    /// `notifications/message`.
    case message(JSONObject)
    /// Any other notification on the stream of the call, by its method.
    case other(String, JSONObject)
}

/// Why the client did not answer; what the upstream hears for it is `ClientAnswer.silence(_:)`'s affair.
package enum ClientSilence: Error, Sendable, Hashable {
    /// The client has no such capability, or no way to be asked.
    case cannotBeAsked
    /// Nobody answered in time.
    case timedOut
    /// The call was cancelled, or the client is gone.
    case cancelled
    /// As many calls wait for their clients as may, at this upstream or all in all.
    case tooManyParked
}

/// A host of calls that belong to no client, such as the gateway's own lists: hears nothing and answers nothing.
package struct NobodyHost: CallHost {
    /// The one there is.
    package init() {}

    /// Forgets it.
    package func notify(_ notification: CallNotification) async {}

    /// Says that nobody is there.
    package func ask(_ questions: [ClientQuestion]) async throws(ClientSilence) -> [String: ClientAnswer] {
        throw .cannotBeAsked
    }
}
