import COpenSSL
package import Telemetry

/// Authenticates messages with one key (RFC 2104 with SHA-256); the key is set up once.
///
/// It owns C state that changes, so each loop has its own. `@unchecked Sendable`: whoever owns the one copy is the
/// only one who can call it, and OpenSSL's contexts are not tied to a thread.
package struct HMACSHA256: ~Copyable, @unchecked Sendable {
    private let context: OpaquePointer

    /// Sets the key up. RFC 2104 §3: a key shorter than 32 bytes weakens the code; an empty one is refused.
    package init(key: Secret<[UInt8]>) throws(CryptographyError) {
        guard !key.exposed.isEmpty else { throw .keyLength(bytes: 0) }
        OpenSSLErrors.clear()
        let algorithm = EVP_MAC_fetch(nil, "HMAC", nil)
        // The context keeps a reference of its own.
        defer { EVP_MAC_free(algorithm) }
        guard let algorithm, let context = EVP_MAC_CTX_new(algorithm) else {
            throw .library(OpenSSLErrors.firstReason())
        }
        guard patchbay_set_hmac_key(context, key.exposed, key.exposed.count) == 1 else {
            EVP_MAC_CTX_free(context)
            throw .library(OpenSSLErrors.firstReason())
        }
        self.context = context
    }

    deinit {
        EVP_MAC_CTX_free(context)
    }

    /// The code of a message. Compare codes by `==`, which takes constant time.
    package mutating func code(for message: Span<UInt8>) -> SHA256Digest {
        var code: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        var count = 0
        // The bytes do not leave the closures; the tuple has the 32 bytes that are announced.
        let isDone = withUnsafeMutableBytes(of: &code) { target in
            message.withUnsafeBytes { source in
                EVP_MAC_init(context, nil, 0, nil) == 1
                    && EVP_MAC_update(context, source.baseAddress?.assumingMemoryBound(to: UInt8.self), source.count)
                        == 1
                    && EVP_MAC_final(
                        context, target.baseAddress?.assumingMemoryBound(to: UInt8.self), &count, target.count) == 1
            }
        }
        precondition(isDone && count == SHA256Digest.byteCount, "HMAC of memory cannot fail once its key is set")
        return SHA256Digest(bigEndian: code)
    }
}
