import Cryptography
import Telemetry

/// What a form of ours carries to prove that it was shown in this browser: made from the secret of the browser's cookie, which
/// no other page knows, and telling nothing about it.
package struct FormToken: Sendable {
    /// As it stands in the form.
    package let text: String

    /// The token of a browser with this cookie.
    init(of cookie: Secret<String>) throws(CryptographyError) {
        let digest = try DigestAlgorithm.sha256.digest(of: Array("patchbay form\n\(cookie.exposed)".utf8).span)
        text = Base64.url.encode(digest.span)
    }

    private init() {
        text = ""
    }

    /// At machines' routes, which show no forms; no form brings it back.
    static let none = FormToken()

    /// Whether a form brought it back.
    func matches(_ answer: String?) -> Bool {
        guard let answer, !text.isEmpty else { return false }
        return String.equalInConstantTime(answer, text)
    }
}
