import Synchronization

/// What a listener needs to accept TLS: a certificate and its key, from files that can be read again.
///
/// A class because all loops share it, and a reload has to reach them all. A handshake takes the pair that is current
/// when it begins; connections keep theirs.
package final class TLSServerContext: Sendable {
    private struct Loaded: Sendable {
        let context: TLSContext
        let facts: CertificateFacts
    }

    private let certificateFile: String
    private let keyFile: String
    private let loaded: Mutex<Loaded>

    /// Reads both files: the certificate with its chain behind it, and the private key without passphrase, all PEM.
    package init(certificateFile: String, keyFile: String) throws(CryptographyError) {
        self.certificateFile = certificateFile
        self.keyFile = keyFile
        loaded = Mutex(try Self.load(certificateFile: certificateFile, keyFile: keyFile))
    }

    /// Reads both files again for the handshakes to come; if the new pair cannot be used, the old one stays.
    package func reload() throws(CryptographyError) {
        let fresh = try Self.load(certificateFile: certificateFile, keyFile: keyFile)
        loaded.withLock { $0 = fresh }
    }

    /// What the current certificate says of itself; it is served even when expired, so ask and warn.
    package var certificate: CertificateFacts {
        loaded.withLock { $0.facts }
    }

    var current: TLSContext {
        loaded.withLock { $0.context }
    }

    private static func load(certificateFile: String, keyFile: String) throws(CryptographyError) -> Loaded {
        let certificates = try PEMFile.certificates(at: certificateFile)
        let key = try PEMFile.privateKey(at: keyFile)
        let context = try TLSContext(
            serving: certificates, key: key, certificateFile: certificateFile, keyFile: keyFile)
        return Loaded(context: context, facts: CertificateReading.facts(of: certificates[0].pointer))
    }
}
