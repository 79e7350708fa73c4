import COpenSSL

/// Seals and opens values with AES-256-GCM: confidential, authentic, and bound to what they were sealed for.
///
/// A sealed value is: version (1 byte, 1) · key id (4, most significant first) · nonce (12, random) · ciphertext · tag
/// (16). Authenticated are version and key id, then the associated data, then the ciphertext.
///
/// It owns C state that changes, so each loop makes its own of the shared `SealingKeys`. `@unchecked Sendable`:
/// whoever owns the one copy is the only one who can call it, and OpenSSL's contexts are not tied to a thread.
package struct Sealer: ~Copyable, @unchecked Sendable {
    /// What is sealed is a session, a state or a token, never a document.
    package static let plaintextBytesMax = 1 << 20
    /// Bytes that sealing adds.
    package static let overheadBytes = headerBytes + GCMCipher.nonceBytes + GCMCipher.tagBytes
    /// NIST SP 800-38D §8.3: with random nonces of 96 bits a key may seal 2^32 values. A process has several sealers
    /// and may start again, so each stops far below; a new key is due long before.
    package static let sealsMax: UInt64 = 1 << 28

    private static let version: UInt8 = 1
    private static let headerBytes = 5

    private let keys: SealingKeys
    private var sealing: GCMCipher
    private var opening: OpeningCipher?
    private var sealsLeft: UInt64

    /// The cipher of the key that opened last: nearly all values are of the current key.
    private struct OpeningCipher: ~Copyable {
        let id: SealingKeyID
        var cipher: GCMCipher
    }

    /// Sets the current key up, for at most so many values.
    package init(_ keys: SealingKeys, sealsMax: UInt64 = Self.sealsMax) throws(CryptographyError) {
        self.keys = keys
        sealsLeft = sealsMax
        sealing = try GCMCipher(key: keys.current.bytes, direction: .sealing)
    }

    /// Seals a value for `associated`, which has to be given again to open it.
    package mutating func seal(
        _ plaintext: Span<UInt8>, for associated: Span<UInt8>
    ) throws(CryptographyError) -> [UInt8] {
        guard plaintext.count <= Self.plaintextBytesMax else { throw .plaintextTooLarge }
        guard sealsLeft > 0 else { throw .keyExhausted(keys.current.id) }
        sealsLeft -= 1
        var sealed = [UInt8](repeating: 0, count: plaintext.count + Self.overheadBytes)
        OpenSSLErrors.clear()
        // The pointers do not leave the closures, and the parts lie side by side in `sealed`.
        let isDone = sealed.withUnsafeMutableBytes { whole in
            let parts = Parts(whole)
            whole[0] = Self.version
            whole.storeBytes(of: keys.current.id.rawValue.bigEndian, toByteOffset: 1, as: UInt32.self)
            return SecureRandom.fill(parts.nonce)
                && plaintext.withUnsafeBytes { input in
                    associated.withUnsafeBytes { associated in
                        sealing.run(
                            nonce: UnsafeRawBufferPointer(parts.nonce),
                            associated: [UnsafeRawBufferPointer(parts.header), associated], input: input,
                            output: parts.text, tag: parts.tag, direction: .sealing)
                    }
                }
        }
        guard isDone else { throw .library(OpenSSLErrors.firstReason()) }
        return sealed
    }

    /// Opens what one of the keys sealed for the same `associated`; otherwise there are no bytes, only the reason.
    package mutating func open(
        _ sealed: Span<UInt8>, for associated: Span<UInt8>
    ) throws(CryptographyError) -> [UInt8] {
        guard sealed.count >= Self.overheadBytes, sealed.count <= Self.plaintextBytesMax + Self.overheadBytes,
            sealed[0] == Self.version
        else { throw .sealedMalformed }
        let id = SealingKeyID((1...4).reduce(0) { $0 << 8 | UInt32(sealed[$1]) })
        try prepareOpening(with: id)
        // A copy, because OpenSSL wants the tag where it may write; its text part is decrypted in place.
        var copy = sealed.indices.map { sealed[$0] }
        let isAuthentic = copy.withUnsafeMutableBytes { whole in
            let parts = Parts(whole)
            return associated.withUnsafeBytes { associated in
                opening?.cipher.run(
                    nonce: UnsafeRawBufferPointer(parts.nonce),
                    associated: [UnsafeRawBufferPointer(parts.header), associated],
                    input: UnsafeRawBufferPointer(parts.text), output: parts.text, tag: parts.tag, direction: .opening)
                    ?? false
            }
        }
        defer { OpenSSLErrors.clear() }
        guard isAuthentic else {
            // What was decrypted of a forgery is not kept either.
            copy.withUnsafeMutableBytes { OPENSSL_cleanse($0.baseAddress, $0.count) }
            throw .sealedNotAuthentic
        }
        copy.removeLast(GCMCipher.tagBytes)
        copy.removeFirst(Self.headerBytes + GCMCipher.nonceBytes)
        return copy
    }

    private mutating func prepareOpening(with id: SealingKeyID) throws(CryptographyError) {
        if let ready = opening?.id, ready == id { return }
        guard let key = keys.key(id) else { throw .sealedByUnknownKey(id) }
        opening = OpeningCipher(id: id, cipher: try GCMCipher(key: key.bytes, direction: .opening))
    }

    /// Where what stands in a sealed value of at least `overheadBytes`.
    private struct Parts {
        let header: UnsafeMutableRawBufferPointer
        let nonce: UnsafeMutableRawBufferPointer
        let text: UnsafeMutableRawBufferPointer
        let tag: UnsafeMutableRawBufferPointer

        init(_ whole: UnsafeMutableRawBufferPointer) {
            let nonceEnd = headerBytes + GCMCipher.nonceBytes
            let textEnd = whole.count - GCMCipher.tagBytes
            header = UnsafeMutableRawBufferPointer(rebasing: whole[..<headerBytes])
            nonce = UnsafeMutableRawBufferPointer(rebasing: whole[headerBytes..<nonceEnd])
            text = UnsafeMutableRawBufferPointer(rebasing: whole[nonceEnd..<textEnd])
            tag = UnsafeMutableRawBufferPointer(rebasing: whole[textEnd...])
        }
    }
}
