import Cryptography
import JSONCoding
import Synchronization
import Telemetry
import WebUI

/// A sign-in that is under way at a provider: what the browser keeps of it, sealed, until it comes back.
struct PendingSignIn: Sendable, Hashable {
    /// How long a person may take at the provider.
    static let lifetime = Duration.seconds(900)
    /// How long the browser keeps it: whoever took too long is told so, and is led back.
    static let cookieTime = Duration.seconds(3_600)
    /// Bytes of the place to go to; a browser keeps 4096 of a cookie.
    static let nextBytesMax = 2_000

    /// At which provider.
    let provider: String
    /// What the provider sends back (RFC 6749, 10.12).
    let state: String
    /// What stands in its ID token (OpenID Connect Core 1.0, 15.5.2).
    let nonce: String
    /// What the code is worth nothing without (RFC 7636).
    let verifier: String
    /// Where the person wanted to go.
    let next: WebAddress
    /// Since 1970, in seconds.
    let began: Int

    /// A new one.
    init(provider: String, next: WebAddress, now: Duration) throws(PeopleError) {
        self.init(
            provider: provider, state: try FreshSecret().secret.exposed, nonce: try FreshSecret().secret.exposed,
            verifier: try FreshSecret().secret.exposed,
            next: next.text.utf8.count <= Self.nextBytesMax ? next : "/account", began: Int(now.components.seconds))
    }

    private init(provider: String, state: String, nonce: String, verifier: String, next: WebAddress, began: Int) {
        self.provider = provider
        self.state = state
        self.nonce = nonce
        self.verifier = verifier
        self.next = next
        self.began = began
    }

    /// When it is too old.
    var ends: Duration { .seconds(began) + Self.lifetime }

    /// `BASE64URL(SHA256(verifier))`, which is how digests of secrets are made here anyway.
    var challenge: String {
        get throws(PeopleError) {
            let digest = try FreshSecret.digest(of: verifier)
            return Base64.url.encode(digest.span)
        }
    }

    /// What the store knows it by when it was used. The words keep it apart from assertions of clients.
    var digest: [UInt8] {
        get throws(PeopleError) { try FreshSecret.digest(of: "sign-in\n\(state)") }
    }

    fileprivate var json: JSONValue {
        [
            "provider": .string(provider), "state": .string(state), "nonce": .string(nonce),
            "verifier": .string(verifier), "next": .string(next.text), "began": .number(JSONNumber(began)),
        ]
    }

    fileprivate init?(_ value: JSONValue) {
        guard let provider = value["provider"]?.stringValue, let state = value["state"]?.stringValue,
            let nonce = value["nonce"]?.stringValue, let verifier = value["verifier"]?.stringValue,
            let next = value["next"]?.stringValue.flatMap({ WebAddress(local: $0) }),
            let began = value["began"]?.integer
        else { return nil }
        self.init(provider: provider, state: state, nonce: nonce, verifier: verifier, next: next, began: began)
    }
}

/// Seals sign-ins for the browsers that began them. Nothing is kept here, so strangers who begin thousands fill nothing.
///
/// A class, because the sealer has state; used at sign-ins only, so one lock is enough.
final class SignInSeal: Sendable {
    private static let purpose = Array("patchbay sign-in by a provider".utf8)

    private let sealer: Mutex<Sealer>

    init(keys: SealingKeys) throws(CryptographyError) {
        sealer = Mutex(try Sealer(keys))
    }

    /// What the cookie holds.
    func seal(_ pending: PendingSignIn) throws(CryptographyError) -> String {
        let plain = JSONWriter.bytes(of: pending.json)
        let sealed: Result<[UInt8], CryptographyError> = sealer.withLock { sealer in
            do throws(CryptographyError) {
                return .success(try sealer.seal(plain.span, for: Self.purpose.span))
            } catch {
                return .failure(error)
            }
        }
        let bytes = try sealed.get()
        return Base64.url.encode(bytes.span)
    }

    /// The sign-in of a cookie; nothing when it is not one of ours.
    func open(_ cookie: String?) -> PendingSignIn? {
        guard let cookie, let sealed = Base64.url.decode(cookie),
            let plain = sealer.withLock({ sealer in try? sealer.open(sealed.span, for: Self.purpose.span) })
        else { return nil }
        return (try? JSONParser.parse(plain)).flatMap { PendingSignIn($0) }
    }
}

extension WebCookie {
    /// A browser that is away at a provider.
    static let provider = WebCookie("patchbay-provider")
}
