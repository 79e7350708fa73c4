package import HTTPMessages

/// An exchange that is answered without a task: it waits for one thing only, and is told when that has come.
///
/// A task for a call, with its frames and its two suspensions, cost as much as everything else that was done for it. Whoever
/// takes an exchange ends it once, on its loop: by `HTTPExchange.end`, or by `HTTPExchange.goOn`, which makes a task for what
/// turns out to be more than one answer to one wait.
package protocol HTTPShortcut: AnyObject {
    /// The client left, or the server stops: nobody wants the answer any more. May also be told when there is one already.
    func clientGone()
}

/// Whoever waits for the answer to a request without a task. Told exactly once, on the pool's loop, perhaps within `begin`.
package protocol HTTPAnswerReceiver: AnyObject {
    /// The answer is here, its body as far as it is.
    func answered(_ head: ResponseHead, _ body: HTTPClientBody)

    /// There is none, for this reason.
    func failed(_ error: HTTPClientError)
}

/// A request that was begun without a task, to cancel it by.
package struct HTTPClientTicket {
    let connection: HTTPClientConnection
    let number: UInt32

    /// Ends the request, if it is not over: its receiver is told so.
    package func cancel() {
        connection.cancel(number)
    }
}
