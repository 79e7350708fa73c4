import HTTPMessages

/// A cookie of ours. On https its name begins with `__Host-`, so that no neighbouring host can set it.
package struct WebCookie: Sendable, Hashable {
    /// The name without prefix.
    package let name: String

    /// A cookie whose name stands in our code.
    package init(_ name: StaticString) {
        self.name = name.description
    }

    /// Who is signed in: a browser session.
    package static let session = WebCookie("patchbay")
    /// A browser before it is signed in; its forms are bound to it.
    package static let visit = WebCookie("patchbay-visit")
    /// A browser in which somebody has signed in before.
    package static let device = WebCookie("patchbay-device")
    /// The language that somebody chose.
    package static let language = WebCookie("patchbay-language")

    /// The name as it travels.
    func fullName(isSecure: Bool) -> String {
        isSecure ? "__Host-\(name)" : name
    }
}

/// The cookies that a browser sent.
struct CookieJar: Sendable {
    /// Browsers keep 180 for each host at most; other programs on this host share the jar over http.
    static let countMax = 200

    private let values: [String: String]

    /// Nothing.
    init() {
        values = [:]
    }

    /// Reads the `Cookie` fields. What is no cookie is passed over, and a name that stands there twice has no value: somebody
    /// else may have set one of them.
    init(_ fields: HTTPFields) {
        var values: [String: String] = [:]
        var repeated: Set<String> = []
        var count = 0
        for field in fields.values(.cookie) {
            for pair in field.split(separator: ";") {
                count += 1
                guard count <= Self.countMax else { break }
                let parts = pair.drop { $0 == " " }.split(
                    separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                guard parts.count == 2, !parts[0].isEmpty, parts[1].utf8.allSatisfy(Self.isValue) else { continue }
                let name = String(parts[0])
                if values.updateValue(String(parts[1]), forKey: name) != nil { repeated.insert(name) }
            }
        }
        self.values = values.filter { !repeated.contains($0.key) }
    }

    func value(_ cookie: WebCookie, isSecure: Bool) -> String? {
        values[cookie.fullName(isSecure: isSecure)]
    }

    /// `cookie-octet` of RFC 6265 section 4.1.1.
    static func isValue(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x21, 0x23...0x2B, 0x2D...0x3A, 0x3C...0x5B, 0x5D...0x7E: true
        default: false
        }
    }
}

/// What an answer does with a cookie.
struct CookieChange: Sendable {
    let cookie: WebCookie
    /// Nothing removes it.
    let value: String?
    /// How long the browser keeps it; until it is closed where nothing is said.
    let maxAge: Duration?

    /// `Lax`, never `Strict`: a person who comes back from another party's page must still be known (rulings 5.10).
    func text(isSecure: Bool) -> String {
        var text = "\(cookie.fullName(isSecure: isSecure))=\(value ?? ""); Path=/; HttpOnly; SameSite=Lax"
        if isSecure { text += "; Secure" }
        if value == nil {
            text += "; Max-Age=0"
        } else if let maxAge {
            text += "; Max-Age=\(maxAge.components.seconds)"
        }
        return text
    }
}
