import COpenSSL
import Glibc

/// Certificates and keys as they stand in files, read whole before they are parsed, so that every failure can be told
/// apart and a file that is being replaced is not read twice.
enum PEMFile {
    /// The bundle of all public authorities has about 220 KiB.
    static let bytesMax = 4 * 1_024 * 1_024

    static func bytes(at path: String) throws(CryptographyError) -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw .fileUnreadable(path: path, reason: OpenSSLErrors.systemReason(errno)) }
        defer { close(file) }
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = read(file, &part, part.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .fileUnreadable(path: path, reason: OpenSSLErrors.systemReason(errno)) }
            guard count > 0 else { return bytes }
            guard bytes.count + count <= bytesMax else { throw .fileTooLarge(path: path) }
            bytes += part[..<count]
        }
    }

    /// All certificates of a file in their order, at least one.
    static func certificates(at path: String) throws(CryptographyError) -> [Certificate] {
        let bytes = try bytes(at: path)
        OpenSSLErrors.clear()
        var certificates: [Certificate] = []
        withSource(bytes) { source in
            while let pointer = PEM_read_bio_X509(source, nil, nil, nil) {
                certificates.append(Certificate(taking: pointer))
            }
        }
        // The end of the file is reported as "no start line"; anything else is a block that is broken.
        let reason = OpenSSLErrors.number(of: UInt(ERR_peek_last_error()))
        OpenSSLErrors.clear()
        guard !certificates.isEmpty, reason == PEM_R_NO_START_LINE else {
            throw .notPEM(path: path, expected: .certificate)
        }
        return certificates
    }

    /// The first private key of a file.
    static func privateKey(at path: String) throws(CryptographyError) -> PrivateKey {
        var bytes = try bytes(at: path)
        defer { bytes.withUnsafeMutableBytes { OPENSSL_cleanse($0.baseAddress, $0.count) } }
        OpenSSLErrors.clear()
        let pointer = withSource(bytes) { patchbay_read_private_key($0) }
        defer { OpenSSLErrors.clear() }
        if let pointer { return PrivateKey(taking: pointer) }
        let needsPassphrase = contains("ENCRYPTED", bytes)
        throw needsPassphrase ? .keyNeedsPassphrase(path: path) : .notPEM(path: path, expected: .privateKey)
    }

    /// Lends a reader over the bytes. Safe because the reader does not leave the closure in which the bytes stay where
    /// they are, and no file is larger than an `Int32` can say.
    private static func withSource<Result>(_ bytes: [UInt8], _ body: (OpaquePointer?) -> Result) -> Result {
        bytes.withUnsafeBytes { buffer in
            let source = BIO_new_mem_buf(buffer.baseAddress, Int32(buffer.count))
            defer { BIO_free(source) }
            return body(source)
        }
    }

    private static func contains(_ word: String, _ bytes: [UInt8]) -> Bool {
        let word = Array(word.utf8)
        guard bytes.count >= word.count else { return false }
        return (0...bytes.count - word.count).contains { bytes[$0..<$0 + word.count].elementsEqual(word) }
    }
}

/// Owns one reference to a certificate; a class because arrays of it are passed around.
final class Certificate {
    let pointer: OpaquePointer

    /// Takes over a reference that the caller has.
    init(taking pointer: OpaquePointer) {
        self.pointer = pointer
    }

    deinit {
        X509_free(pointer)
    }
}

/// Owns one reference to a private key.
struct PrivateKey: ~Copyable {
    let pointer: OpaquePointer

    init(taking pointer: OpaquePointer) {
        self.pointer = pointer
    }

    deinit {
        EVP_PKEY_free(pointer)
    }
}
