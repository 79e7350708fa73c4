import Cryptography
import Synchronization

/// The cookie of a browser in which somebody has signed in: it says with which name, and cannot be made by others. It opens
/// nothing; it only keeps strangers' attempts from slowing down its owner.
///
/// A class, because the sealer has state; used a few times a day, so one lock is enough.
final class DeviceMark: Sendable {
    private static let purpose = Array("patchbay device mark".utf8)
    private static let nonceBytes = 16

    private let sealer: Mutex<Sealer>

    init(keys: SealingKeys) throws(CryptographyError) {
        sealer = Mutex(try Sealer(keys))
    }

    /// A mark for a folded name; nothing when sealing does not work, because signing in must not fail by it.
    func make(for name: String) -> String? {
        guard let nonce = try? SecureRandom.bytes(Self.nonceBytes) else { return nil }
        let plain = nonce + Array(name.utf8)
        let sealed = sealer.withLock { sealer in try? sealer.seal(plain.span, for: Self.purpose.span) }
        return sealed.map { Base64.url.encode($0.span) }
    }

    /// What a browser's attempts on a name are counted under; nothing when it has no mark for this name.
    func key(_ cookie: String?, for name: String) -> [UInt8]? {
        guard let cookie, let sealed = Base64.url.decode(cookie) else { return nil }
        let plain = sealer.withLock { sealer in try? sealer.open(sealed.span, for: Self.purpose.span) }
        guard let plain, plain.count > Self.nonceBytes, plain[Self.nonceBytes...].elementsEqual(name.utf8) else {
            return nil
        }
        return try? DigestAlgorithm.sha256.digest(of: plain.span)
    }
}
