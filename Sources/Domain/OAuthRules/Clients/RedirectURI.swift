package import GatewayModel

/// Where a client may be sent back to, as it registered it: https, loopback, or a scheme of its own (RFC 8252 section 7).
package struct RedirectURI: Sendable, Hashable {
    /// What sort of place it is.
    package enum Kind: Sendable, Hashable {
        /// A web site by https.
        case web(HTTPURL)
        /// The user's own machine: any port is as good as the registered one (RFC 8252 section 7.3).
        case loopback(HTTPURL)
        /// A scheme that a program of the user's machine has claimed.
        case custom(scheme: String)
    }

    /// As it was registered, byte for byte.
    package let text: String
    /// What sort of place it is.
    package let kind: Kind

    /// Schemes that run something or show what a stranger wrote, in the browser or on the machine: never anybody's callback.
    package static let refusedSchemes: Set = [
        "about", "blob", "chrome", "content", "data", "file", "filesystem", "ftp", "intent", "jar", "javascript",
        "mailto",
        "sms", "tel", "vbscript", "view-source", "ws", "wss",
    ]

    /// Reads what a client registers.
    package init(_ text: String) throws(ClientMetadataError) {
        guard text.utf8.count <= ClientLimits.urlBytes else {
            throw .redirect("A redirect URI is longer than \(ClientLimits.urlBytes) bytes.")
        }
        guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")), let scheme = Self.scheme(text.utf8[..<colon])
        else { throw .redirect("The redirect URI \(quoted(text)) has no scheme; register an absolute URI.") }
        self.text = text
        switch scheme {
        case "https", "http":
            let url: HTTPURL
            do throws(GatewayModelError) {
                url = try HTTPURL(text)
            } catch {
                throw .redirect("The redirect URI \(quoted(text)) cannot be used: \(error.reason).")
            }
            if url.host.isCallbackLoopback {
                kind = .loopback(url)
            } else if scheme == "https" {
                kind = .web(url)
            } else {
                throw .redirect(
                    "The redirect URI \(quoted(text)) must be https; http is for 127.0.0.1, [::1] and localhost only.")
            }
        case let scheme where Self.refusedSchemes.contains(scheme):
            throw .redirect("The scheme \(scheme): is not accepted for redirect URIs.")
        default:
            try Self.checkCustom(text)
            kind = .custom(scheme: scheme)
        }
    }

    /// Whether a request may use this text: the same bytes, or the same but the port on the user's own machine.
    package func admits(_ asked: String) -> Bool {
        if asked.utf8.elementsEqual(text.utf8) { return true }
        guard case .loopback(let registered) = kind, asked.utf8.count <= ClientLimits.urlBytes,
            let url = try? HTTPURL(asked)
        else { return false }
        return url.scheme == registered.scheme && url.host == registered.host && url.target == registered.target
    }

    /// What a person is shown as the place that they are sent to.
    package var host: String {
        switch kind {
        case .web(let url), .loopback(let url): url.authority
        case .custom(let scheme): scheme + ":"
        }
    }

    private static func scheme(_ bytes: Substring.UTF8View) -> String? {
        guard let first = bytes.first, isLetter(first), bytes.count <= 64 else { return nil }
        for byte in bytes where !isLetter(byte) && !(0x30...0x39).contains(byte) && !"+-.".utf8.contains(byte) {
            return nil
        }
        return String(decoding: bytes, as: UTF8.self).lowercased()
    }

    /// RFC 6749 section 3.1.2 forbids fragments; the rest is what can stand in a field of an answer.
    private static func checkCustom(_ text: String) throws(ClientMetadataError) {
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "#"): throw .redirect("The redirect URI \(quoted(text)) has a fragment; leave it out.")
            case UInt8(ascii: "\""), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\\"), UInt8(ascii: "^"),
                UInt8(ascii: "`"), UInt8(ascii: "{"), UInt8(ascii: "|"), UInt8(ascii: "}"):
                throw .redirect("The redirect URI \(quoted(text)) has characters that must be percent-encoded.")
            case 0x21...0x7E: continue
            default: throw .redirect("The redirect URI \(quoted(text)) has characters that no URI has.")
            }
        }
        guard text.utf8.last != UInt8(ascii: ":") else {
            throw .redirect("The redirect URI \(quoted(text)) is a scheme only; add a path.")
        }
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }
}

extension HTTPHost {
    /// The three spellings of the user's own machine that clients use (rulings 5.8); not every address of 127.0.0.0/8.
    fileprivate var isCallbackLoopback: Bool {
        switch self {
        case .name(let name): name == "localhost"
        case .address(.v4(let address)): address == .loopback
        case .address(.v6(let address)): address.high == 0 && address.low == 1
        }
    }
}
