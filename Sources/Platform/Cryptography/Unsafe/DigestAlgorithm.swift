import COpenSSL

/// A hash function, for work that is not repeated often enough to keep a hasher.
package enum DigestAlgorithm: String, Sendable, CaseIterable {
    /// 32 bytes.
    case sha256 = "SHA256"
    /// 48 bytes.
    case sha384 = "SHA384"
    /// 64 bytes.
    case sha512 = "SHA512"

    /// How long its digests are.
    package var byteCount: Int {
        switch self {
        case .sha256: 32
        case .sha384: 48
        case .sha512: 64
        }
    }

    /// The digest of these bytes.
    package func digest(of bytes: Span<UInt8>) throws(CryptographyError) -> [UInt8] {
        OpenSSLErrors.clear()
        var digest = [UInt8](repeating: 0, count: byteCount)
        // The bytes do not leave the closure; the array has the length that this algorithm writes.
        let isDone = bytes.withUnsafeBytes { source in
            EVP_Q_digest(nil, rawValue, nil, source.baseAddress, source.count, &digest, nil) == 1
        }
        guard isDone else { throw .library(OpenSSLErrors.firstReason()) }
        return digest
    }
}
