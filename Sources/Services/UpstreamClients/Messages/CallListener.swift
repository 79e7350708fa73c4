import JSONCoding

/// Tells the host of a call what its client wants to hear.
struct CallListener: Sendable {
    let request: UpstreamRequest
    let host: any CallHost

    /// Passes a notification on: progress if it was asked for, log messages from the level on that was asked for, all others.
    func hear(_ method: String, _ params: JSONObject) async {
        let notification = CallNotification(method: method, params: params)
        switch notification {
        case .progress where !request.wantsProgress: return
        case .message(let message) where !LogThreshold.passes(message, wanted: request.logLevel): return
        case .progress, .message, .other: await host.notify(notification)
        }
    }
}
