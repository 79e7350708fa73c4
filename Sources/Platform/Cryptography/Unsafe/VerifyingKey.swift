import COpenSSL

/// A public key, read once and used for many checks.
///
/// A class because it owns a key of OpenSSL. `@unchecked Sendable`: the key never changes after its making, and OpenSSL allows
/// any number of threads to check with one.
package final class VerifyingKey: @unchecked Sendable {
    /// The one algorithm that it checks.
    package let algorithm: SignatureAlgorithm
    private let pointer: OpaquePointer

    /// Reads a key; numbers that no key has (a point off the curve, a short modulus) are refused.
    package init(_ material: PublicKeyMaterial) throws(CryptographyError) {
        algorithm = material.algorithm
        guard let bytes = material.subjectPublicKeyInfo else { throw .keyInvalid }
        OpenSSLErrors.clear()
        // The pointer into the array does not leave the closure; OpenSSL copies what it keeps.
        let pointer = bytes.withUnsafeBufferPointer { buffer in
            var position = buffer.baseAddress
            return d2i_PUBKEY(nil, &position, buffer.count)
        }
        OpenSSLErrors.clear()
        guard let pointer else { throw .keyInvalid }
        self.pointer = pointer
        // What makes an RSA key a bad one for us was looked at above; OpenSSL's own look takes 10 milliseconds at 8192 bits, and
        // others choose the keys. Points are looked at, whatever reading did: one off the curve gives wrong answers.
        guard algorithm != .rs256 else { return }
        let context = EVP_PKEY_CTX_new(pointer, nil)
        defer { EVP_PKEY_CTX_free(context) }
        guard EVP_PKEY_public_check(context) == 1 else {
            OpenSSLErrors.clear()
            throw .keyInvalid
        }
    }

    deinit {
        EVP_PKEY_free(pointer)
    }

    /// Whether the signature, in its JOSE form, is this key's for the message. Takes 50 to 150 microseconds: not on a loop.
    package func isSignature(_ signature: Span<UInt8>, of message: Span<UInt8>) -> Bool {
        let form: [UInt8]
        switch algorithm {
        case .es256:
            guard let der = ECDSASignature.der(signature) else { return false }
            form = der
        case .rs256, .edDSA:
            form = signature.withUnsafeBytes { Array($0) }
        }
        OpenSSLErrors.clear()
        defer { OpenSSLErrors.clear() }
        guard let context = EVP_MD_CTX_new() else { return false }
        defer { EVP_MD_CTX_free(context) }
        let digest = algorithm == .edDSA ? nil : EVP_sha256()
        guard EVP_DigestVerifyInit(context, nil, digest, nil, pointer) == 1 else { return false }
        // The bytes do not leave the closure.
        return message.withUnsafeBytes { source in
            EVP_DigestVerify(
                context, form, form.count, source.baseAddress?.assumingMemoryBound(to: UInt8.self), source.count) == 1
        }
    }
}
