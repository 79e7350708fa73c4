import GatewayModel

/// Where a `Location` leads, seen from the URL that sent it.
enum RedirectTarget {
    /// Reads an absolute URL, one without a scheme, or an absolute path: what servers send. `nil` for anything else, a step
    /// from https down to http included.
    static func url(_ location: String, from base: HTTPURL) -> HTTPURL? {
        let text = String(location.prefix { $0 != "#" })
        let whole: String
        if text.hasPrefix("//") {
            whole = "\(base.scheme.rawValue):\(text)"
        } else if text.hasPrefix("/") {
            whole = base.origin + text
        } else {
            whole = text
        }
        guard let url = try? HTTPURL(whole) else { return nil }
        return base.scheme == .https && url.scheme == .http ? nil : url
    }
}
