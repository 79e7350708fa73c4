package import Cryptography
import JSONCoding
import Synchronization

/// Seals what the vault keeps: each value is bound to what it is for and whose it is, so that a row that was put in the place of
/// another one does not open.
///
/// A class because the one sealer is shared; its state is behind a lock, and what it does takes microseconds.
package final class ConnectionSeals: Sendable {
    /// What a value is for, and whose it is.
    enum Purpose {
        case connection(upstream: String, owner: String)
        case registration(issuer: String, redirectURI: String)
        case attempt(user: String)
        case link(upstream: String)

        /// No part has a line feed: names and ids never do, addresses of others were checked.
        fileprivate var associated: [UInt8] {
            let parts =
                switch self {
                case .connection(let upstream, let owner): ["connection", upstream, owner]
                case .registration(let issuer, let redirectURI): ["upstream registration", issuer, redirectURI]
                case .attempt(let user): ["connect attempt", user]
                case .link(let upstream): ["connect link", upstream]
                }
            return Array(parts.joined(separator: "\n").utf8)
        }
    }

    private let keys: SealingKeys
    private let tools: Mutex<Tools>

    private struct Tools: ~Copyable {
        var sealer: Sealer
        var hasher: SHA256Hasher
    }

    /// Seals with the current key of these, and opens with all.
    package init(_ keys: SealingKeys) throws(CryptographyError) {
        self.keys = keys
        tools = Mutex(Tools(sealer: try Sealer(keys), hasher: try SHA256Hasher()))
    }

    func seal(_ value: JSONObject, for purpose: Purpose) throws(ConnectionError) -> [UInt8] {
        let text = JSONWriter.bytes(of: .object(value))
        do throws(CryptographyError) {
            return try tools.withLock { tools throws(CryptographyError) in
                try tools.sealer.seal(text.span, for: purpose.associated.span)
            }
        } catch {
            throw .sealing(error.sentence)
        }
    }

    func open(_ sealed: [UInt8], for purpose: Purpose) throws(ConnectionError) -> JSONObject {
        let text: [UInt8]
        do throws(CryptographyError) {
            text = try tools.withLock { tools throws(CryptographyError) in
                try tools.sealer.open(sealed.span, for: purpose.associated.span)
            }
        } catch {
            throw .sealing(error.sentence)
        }
        guard let value = try? JSONParser.parse(text), let object = value.objectValue else {
            throw .sealing("a sealed value is not what was sealed")
        }
        return object
    }

    /// What a store may know of a text that only a browser has.
    func digest(of text: String) -> [UInt8] {
        tools.withLock { $0.hasher.digest(of: Array(text.utf8).span).bytes }
    }

    /// Whether it need not be sealed anew.
    func isCurrent(_ sealed: [UInt8]) -> Bool { keys.isCurrent(sealed) }
}
