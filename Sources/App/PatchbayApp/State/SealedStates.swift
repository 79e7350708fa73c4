import Cryptography
import Gateway
import Synchronization

/// Seals and opens what clients carry for us, with the keys of the data folder.
///
/// A class, because ciphers are state in C that is set up once. There are as many sets as loops, so that loops seldom wait for
/// each other; a set belongs to whoever holds its lock.
final class SealedStates: StateSealing {
    private struct Tools: ~Copyable {
        var sealer: Sealer
        var hasher: SHA256Hasher
    }

    private final class Slot: Sendable {
        let tools: Mutex<Tools>

        init(_ keys: SealingKeys) throws(CryptographyError) {
            tools = Mutex(Tools(sealer: try Sealer(keys), hasher: try SHA256Hasher()))
        }
    }

    private let slots: [Slot]

    init(_ keys: SealingKeys, loops: Int) throws(CryptographyError) {
        var slots: [Slot] = []
        for _ in 0..<max(loops, 1) { slots.append(try Slot(keys)) }
        self.slots = slots
    }

    func seal(_ bytes: [UInt8], for purpose: SealPurpose) -> String? {
        let purpose = Array(purpose.rawValue.utf8)
        let sealed = withTools { tools in try? tools.sealer.seal(bytes.span, for: purpose.span) }
        return sealed.map { Base64.url.encode($0.span) }
    }

    func open(_ text: Span<UInt8>, for purpose: SealPurpose) -> [UInt8]? {
        guard let sealed = Base64.url.decode(text) else { return nil }
        let purpose = Array(purpose.rawValue.utf8)
        return withTools { tools in try? tools.sealer.open(sealed.span, for: purpose.span) }
    }

    func digest(_ bytes: [UInt8]) -> [UInt8] {
        withTools { tools in tools.hasher.digest(of: bytes.span) }.bytes
    }

    func random(_ count: Int) -> [UInt8] {
        // OpenSSL's generator fails only where the kernel's does; the standard library's asks the kernel and stops then.
        if let bytes = try? SecureRandom.bytes(count) { return bytes }
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }

    private func withTools<Value: Sendable>(_ body: (inout Tools) -> Value) -> Value {
        for slot in slots {
            if let value = slot.tools.withLockIfAvailable({ body(&$0) }) { return value }
        }
        return slots[0].tools.withLock { body(&$0) }
    }
}
