import Cryptography
package import JSONCoding
import OAuthRules
import Synchronization
package import Telemetry

/// The keys of our own tokens: one signs, all are published, and each is forgotten when its last token has expired.
///
/// A class, because everybody who signs or checks shares what rotation changes.
///
/// Invariants:
/// 1. A key is published for ``KeyRing/noticeSeconds`` before it signs, so that whoever keeps our set for a while has it in time;
///    only the very first signs at once.
/// 2. A key that signs no more is published until the last token that it signed has expired.
package final class KeyRing: Sendable {
    /// How long a key signs.
    package static let signingSeconds = 90 * 86_400
    /// How long before a key signs it is published; our set may be kept for an hour.
    package static let noticeSeconds = 86_400
    /// Keys at one time: one that signs, one that will, and those whose tokens live. Who rotates more often has to wait.
    package static let keysMax = 8
    /// What a token signed by a key outlives its signing by.
    private static let tailSeconds = 3_600 + 2 * TokenClaims.leeway

    private struct Ring: Sendable {
        var keys: [Key] = []
    }

    private struct Key: Sendable {
        let kept: KeptSigningKey
        let signing: SigningKey
        let checking: CheckingKey
    }

    private let keeping: any SigningKeyKeeping
    private let seal: @Sendable (Secret<[UInt8]>) throws(AccessTokenProblem) -> [UInt8]
    private let open: @Sendable ([UInt8]) throws(AccessTokenProblem) -> Secret<[UInt8]>
    private let ring = Mutex(Ring())

    /// A ring over kept keys; `seal` and `open` use the key file.
    package init(
        keeping: any SigningKeyKeeping,
        seal: @escaping @Sendable (Secret<[UInt8]>) throws(AccessTokenProblem) -> [UInt8],
        open: @escaping @Sendable ([UInt8]) throws(AccessTokenProblem) -> Secret<[UInt8]>
    ) {
        self.keeping = keeping
        self.seal = seal
        self.open = open
    }

    /// Reads the kept keys, makes what is missing or due, and forgets what nobody needs; at the start, and then every hour.
    package func tend(now: Int) async throws(AccessTokenProblem) {
        var keys: [Key] = []
        for kept in try await keeping.signingKeys() {
            let exported = try open(kept.sealed)
            do throws(CryptographyError) {
                keys.append(try key(kept, SigningKey(exported)))
            } catch {
                throw AccessTokenProblem(
                    reason: "the key \(kept.id) that signs tokens cannot be opened: \(error.sentence) "
                        + "Is the key file in the data folder the one that was there before?")
            }
        }
        if keys.isEmpty {
            keys.append(try await make(now: now, signsFrom: now))
        } else if let newest = keys.map(\.kept.signsFrom).max(),
            now >= newest + Self.signingSeconds - Self.noticeSeconds
        {
            keys.append(try await make(now: now, signsFrom: now + Self.noticeSeconds))
        }
        // A key signs until the next one does.
        let starts = keys.map(\.kept.signsFrom).sorted()
        for key in keys {
            guard let end = starts.first(where: { $0 > key.kept.signsFrom }), now > end + Self.tailSeconds else {
                continue
            }
            try await keeping.forget(signingKey: key.kept.id)
            keys.removeAll { $0.kept.id == key.kept.id }
        }
        let tended = keys
        ring.withLock { $0.keys = tended }
    }

    /// A new key that signs after its notice, whatever the age of the others: for an operator who fears for the old one.
    package func rotate(now: Int) async throws(AccessTokenProblem) {
        guard ring.withLock({ $0.keys.count }) < Self.keysMax else {
            throw AccessTokenProblem(
                reason:
                    "there are \(Self.keysMax) keys that sign tokens, which is as many as there may be: the oldest goes an "
                    + "hour after the next one signs")
        }
        let key = try await make(now: now, signsFrom: now + Self.noticeSeconds)
        ring.withLock { $0.keys.append(key) }
    }

    /// The key that signs now, and its id.
    func signing(now: Int) -> (id: String, key: SigningKey)? {
        ring.withLock { ring in
            ring.keys.filter { $0.kept.signsFrom <= now }.max { $0.kept.signsFrom < $1.kept.signsFrom }
                .map { ($0.kept.id, $0.signing) }
        }
    }

    /// All keys that may have signed a token of ours.
    var checking: [CheckingKey] { ring.withLock { $0.keys.map(\.checking) } }

    /// What is published (RFC 7517, 5).
    package var set: JSONValue {
        .object(["keys": .array(checking.map { .object($0.published.json) })])
    }

    private func make(now: Int, signsFrom: Int) async throws(AccessTokenProblem) -> Key {
        let signing: SigningKey
        let name: [UInt8]
        do throws(CryptographyError) {
            signing = try SigningKey.generate()
            name = try SecureRandom.bytes(12)
        } catch {
            throw AccessTokenProblem(reason: "a key that signs tokens cannot be made: \(error.sentence)")
        }
        let kept = KeptSigningKey(
            id: Base64.url.encode(name.span), sealed: try seal(signing.exported), made: now, signsFrom: signsFrom)
        let made: Key
        do throws(CryptographyError) {
            made = try key(kept, signing)
        } catch {
            throw AccessTokenProblem(reason: error.sentence)
        }
        try await keeping.keep(made.kept)
        return made
    }

    private func key(_ kept: KeptSigningKey, _ signing: SigningKey) throws(CryptographyError) -> Key {
        guard case .p256(let x, let y) = signing.publicKey else { throw .keyInvalid }
        let numbers = PublishedKey.Numbers.p256(x: Base64.url.encode(x.span), y: Base64.url.encode(y.span))
        guard let checking = CheckingKey(PublishedKey(id: kept.id, numbers: numbers)) else { throw .keyInvalid }
        return Key(kept: kept, signing: signing, checking: checking)
    }
}
