import COpenSSL
package import Telemetry

/// A private key for ES256.
///
/// A class because it owns a key of OpenSSL. `@unchecked Sendable`: the key never changes after its making, and OpenSSL allows
/// any number of threads to sign with one.
package final class SigningKey: @unchecked Sendable {
    /// What others check our signatures with.
    package let publicKey: PublicKeyMaterial
    private let pointer: OpaquePointer

    /// Makes a key that nobody has had before.
    package static func generate() throws(CryptographyError) -> SigningKey {
        OpenSSLErrors.clear()
        guard let pointer = patchbay_generate_p256() else { throw .library(OpenSSLErrors.firstReason()) }
        return try SigningKey(taking: pointer)
    }

    /// Reads what `exported` wrote.
    package convenience init(_ exported: Secret<[UInt8]>) throws(CryptographyError) {
        OpenSSLErrors.clear()
        // The pointer into the array does not leave the closure; OpenSSL copies what it keeps.
        let pointer = exported.exposed.withUnsafeBufferPointer { buffer in
            var position = buffer.baseAddress
            return d2i_PrivateKey(EVP_PKEY_EC, nil, &position, buffer.count)
        }
        OpenSSLErrors.clear()
        guard let pointer else { throw .keyInvalid }
        try self.init(taking: pointer)
    }

    /// Takes over a reference that the caller has.
    private init(taking pointer: OpaquePointer) throws(CryptographyError) {
        self.pointer = pointer
        let info = Self.written { i2d_PUBKEY(pointer, $0) }
        let prefix = PublicKeyMaterial.p256Prefix
        guard info.count == prefix.count + 64, info.starts(with: prefix) else {
            publicKey = .ed25519([])
            throw .keyInvalid
        }
        publicKey = .p256(x: Array(info[prefix.count..<prefix.count + 32]), y: Array(info.suffix(32)))
    }

    deinit {
        EVP_PKEY_free(pointer)
    }

    /// The key as bytes, to be sealed and kept.
    package var exported: Secret<[UInt8]> {
        Secret(Self.written { i2d_PrivateKey(pointer, $0) })
    }

    /// The signature of a message, 64 bytes. Takes 30 to 60 microseconds.
    package func signature(of message: Span<UInt8>) throws(CryptographyError) -> [UInt8] {
        OpenSSLErrors.clear()
        guard let context = EVP_MD_CTX_new() else { throw .library(OpenSSLErrors.firstReason()) }
        defer { EVP_MD_CTX_free(context) }
        guard EVP_DigestSignInit(context, nil, EVP_sha256(), nil, pointer) == 1 else {
            throw .library(OpenSSLErrors.firstReason())
        }
        var signature = [UInt8](repeating: 0, count: 80)
        var count = signature.count
        // The bytes do not leave the closure; the array is longer than any signature on P-256.
        let isDone = message.withUnsafeBytes { source in
            EVP_DigestSign(
                context, &signature, &count, source.baseAddress?.assumingMemoryBound(to: UInt8.self), source.count) == 1
        }
        guard isDone, let jose = ECDSASignature.jose(Array(signature.prefix(count))) else {
            throw .library(OpenSSLErrors.firstReason())
        }
        return jose
    }

    /// Asks OpenSSL for the length, then for the bytes.
    private static func written(
        _ write: (UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>?) -> Int32
    ) -> [UInt8] {
        let count = write(nil)
        guard count > 0 else { return [] }
        var bytes = [UInt8](repeating: 0, count: Int(count))
        bytes.withUnsafeMutableBufferPointer { buffer in
            var position = buffer.baseAddress
            _ = write(&position)
        }
        return bytes
    }
}
