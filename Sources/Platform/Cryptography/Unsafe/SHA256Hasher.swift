import COpenSSL

/// Computes SHA-256 with a context that is set up once; less than half the price of a new one each time.
///
/// It owns C state that changes, so each loop has its own. `@unchecked Sendable`: whoever owns the one copy is the
/// only one who can call it, and OpenSSL's contexts are not tied to a thread.
package struct SHA256Hasher: ~Copyable, @unchecked Sendable {
    private let context: OpaquePointer
    private let algorithm: OpaquePointer

    /// Sets the context up.
    package init() throws(CryptographyError) {
        OpenSSLErrors.clear()
        guard let algorithm = EVP_MD_fetch(nil, "SHA256", nil) else { throw .library(OpenSSLErrors.firstReason()) }
        guard let context = EVP_MD_CTX_new() else {
            EVP_MD_free(algorithm)
            throw .library("no memory for a digest")
        }
        self.algorithm = algorithm
        self.context = context
    }

    deinit {
        EVP_MD_CTX_free(context)
        EVP_MD_free(algorithm)
    }

    /// The digest of these bytes.
    package mutating func digest(of bytes: Span<UInt8>) -> SHA256Digest {
        var digest: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        // The bytes do not leave the closures; SHA-256 writes exactly the 32 bytes of the tuple.
        let isDone = withUnsafeMutableBytes(of: &digest) { target in
            bytes.withUnsafeBytes { source in
                EVP_DigestInit_ex2(context, algorithm, nil) == 1
                    && EVP_DigestUpdate(context, source.baseAddress, source.count) == 1
                    && EVP_DigestFinal_ex(context, target.baseAddress?.assumingMemoryBound(to: UInt8.self), nil) == 1
            }
        }
        precondition(isDone, "SHA-256 of memory cannot fail once it has been fetched")
        return SHA256Digest(bigEndian: digest)
    }
}

extension SHA256Digest {
    /// Takes the words as they lie in memory, most significant byte first.
    init(bigEndian words: (UInt64, UInt64, UInt64, UInt64)) {
        self.init(
            words: (
                UInt64(bigEndian: words.0), UInt64(bigEndian: words.1), UInt64(bigEndian: words.2),
                UInt64(bigEndian: words.3)
            ))
    }
}
