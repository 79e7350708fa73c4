import COpenSSL
import Telemetry

/// AES-256-GCM with one key in one direction, the key schedule kept between calls.
struct GCMCipher: ~Copyable {
    static let nonceBytes = 12
    static let tagBytes = 16

    enum Direction: Int32 {
        case opening = 0
        case sealing = 1
    }

    private let context: OpaquePointer

    init(key: Secret<[UInt8]>, direction: Direction) throws(CryptographyError) {
        guard key.exposed.count == SealingKeys.keyBytes else { throw .keyLength(bytes: key.exposed.count) }
        OpenSSLErrors.clear()
        let algorithm = EVP_CIPHER_fetch(nil, "AES-256-GCM", nil)
        // The context keeps a reference of its own. GCM's nonce has 12 bytes unless one says otherwise.
        defer { EVP_CIPHER_free(algorithm) }
        guard let algorithm, let context = EVP_CIPHER_CTX_new() else { throw .library(OpenSSLErrors.firstReason()) }
        guard EVP_CipherInit_ex2(context, algorithm, key.exposed, nil, direction.rawValue, nil) == 1 else {
            EVP_CIPHER_CTX_free(context)
            throw .library(OpenSSLErrors.firstReason())
        }
        self.context = context
    }

    deinit {
        EVP_CIPHER_CTX_free(context)
    }

    /// Encrypts or decrypts `input` into `output`, which is as long, and writes or checks the tag. After `false` the
    /// output means nothing.
    mutating func run(
        nonce: UnsafeRawBufferPointer, associated: [UnsafeRawBufferPointer], input: UnsafeRawBufferPointer,
        output: UnsafeMutableRawBufferPointer, tag: UnsafeMutableRawBufferPointer, direction: Direction
    ) -> Bool {
        precondition(nonce.count == Self.nonceBytes && tag.count == Self.tagBytes, "GCM's own lengths")
        precondition(output.count == input.count, "GCM keeps the length")
        OpenSSLErrors.clear()
        var count: Int32 = 0
        guard EVP_CipherInit_ex2(context, nil, nil, nonce.bytes, direction.rawValue, nil) == 1 else { return false }
        for part in associated where part.count > 0 {
            guard EVP_CipherUpdate(context, nil, &count, part.bytes, Int32(part.count)) == 1 else { return false }
        }
        if input.count > 0 {
            guard EVP_CipherUpdate(context, output.bytes, &count, input.bytes, Int32(input.count)) == 1 else {
                return false
            }
        }
        var rest: (UInt64, UInt64) = (0, 0)
        let tagCount = Int32(Self.tagBytes)
        if direction == .opening,
            EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, tagCount, tag.baseAddress) != 1
        {
            return false
        }
        // GCM writes nothing at its end; the words are there so that the pointer is one.
        let isDone = withUnsafeMutableBytes(of: &rest) { EVP_CipherFinal_ex(context, $0.bytes, &count) == 1 }
        guard isDone else { return false }
        return direction == .opening
            || EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, tagCount, tag.baseAddress) == 1
    }
}

extension UnsafeRawBufferPointer {
    fileprivate var bytes: UnsafePointer<UInt8>? { baseAddress?.assumingMemoryBound(to: UInt8.self) }
}

extension UnsafeMutableRawBufferPointer {
    fileprivate var bytes: UnsafeMutablePointer<UInt8>? { baseAddress?.assumingMemoryBound(to: UInt8.self) }
}
