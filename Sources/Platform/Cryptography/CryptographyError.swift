/// What can go wrong here. Cases carry facts; `sentence` is what an operator reads.
package enum CryptographyError: Error, Sendable, Hashable {
    /// A file that cannot be read, with what the system says about it.
    case fileUnreadable(path: String, reason: String)
    /// A file above `PEMFile.bytesMax`.
    case fileTooLarge(path: String)
    /// A file without what it should hold.
    case notPEM(path: String, expected: PEMContent)
    /// A private key that a passphrase protects.
    case keyNeedsPassphrase(path: String)
    /// A certificate and a key that are not a pair.
    case keyMismatch(certificate: String, key: String)
    /// A certificate that OpenSSL will not serve: too short a key, a digest that is too weak.
    case certificateUnusable(path: String, reason: String)

    /// A host that neither a certificate nor an address can name.
    case hostInvalid(String)
    /// The peer's certificate was refused.
    case peerRefused(host: String, problem: CertificateProblem)
    /// What came in is not TLS.
    case peerNotTLS
    /// What came in is plain HTTP.
    case peerSpeaksPlainHTTP
    /// The two sides have no version or cipher of TLS in common.
    case nothingInCommon(reason: String)
    /// The peer ended the connection by an alert.
    case alertReceived(String)
    /// The connection was closed in the middle of a handshake.
    case closedDuringHandshake
    /// The connection broke, with what the system says about it.
    case connectionBroken(reason: String)

    /// A sealed value that is too short, or of a form that this version does not know.
    case sealedMalformed
    /// A sealed value whose key is not among ours.
    case sealedByUnknownKey(SealingKeyID)
    /// A sealed value that was changed, or sealed for something else.
    case sealedNotAuthentic
    /// A value above `Sealer.plaintextBytesMax`.
    case plaintextTooLarge
    /// A key that has sealed `Sealer.sealsMax` values and must be replaced.
    case keyExhausted(SealingKeyID)
    /// A key of a length that its cipher does not take.
    case keyLength(bytes: Int)
    /// Two keys with one id.
    case keyIDRepeated(SealingKeyID)

    /// Numbers or bytes that are no key, or one that is too weak.
    case keyInvalid
    /// A password that cannot be hashed, with the number that libargon2 gives.
    case passwordHash(number: Int32)
    /// A password above `PasswordHash.passwordBytesMax`.
    case passwordTooLong

    /// Something that OpenSSL says and we have no better word for.
    case library(String)

    /// What a file in PEM form holds.
    package enum PEMContent: String, Sendable, Hashable {
        /// One or more certificates.
        case certificate
        /// A private key.
        case privateKey = "private key"
    }
}

extension CryptographyError: CustomStringConvertible {
    /// One sentence that says what happened and, where there is something to do, what.
    package var sentence: String {
        switch self {
        case .fileUnreadable(let path, let reason): "\(path) cannot be read: \(reason)."
        case .fileTooLarge(let path): "\(path) is too large to be a certificate or key."
        case .notPEM(let path, let expected):
            "\(path) holds no \(expected.rawValue) in PEM form (a block that begins with -----BEGIN)."
        case .keyNeedsPassphrase(let path):
            "\(path) is protected by a passphrase: write the key without one, readable by this user only."
        case .keyMismatch(let certificate, let key):
            "The key in \(key) does not belong to the certificate in \(certificate)."
        case .certificateUnusable(let path, let reason): "The certificate in \(path) cannot be used: \(reason)."
        case .hostInvalid(let host): "\"\(host)\" is neither a host name nor an IP address."
        case .peerRefused(let host, let problem): problem.sentence(host: host)
        case .peerNotTLS: "The other side does not speak TLS."
        case .peerSpeaksPlainHTTP: "The other side speaks plain HTTP where TLS is expected: use https."
        case .nothingInCommon(let reason):
            "The two sides have no version or cipher of TLS in common (\(reason)): TLS 1.2 or later is needed."
        case .alertReceived(let alert): "The other side refused the connection: \(alert)."
        case .closedDuringHandshake: "The other side closed the connection during the TLS handshake."
        case .connectionBroken(let reason): "The connection broke: \(reason)."
        case .sealedMalformed: "The sealed value has a form that is not known here."
        case .sealedByUnknownKey(let id):
            "The sealed value was sealed with key \(id.rawValue), which is not known here."
        case .sealedNotAuthentic: "The sealed value was changed, or was sealed for something else."
        case .plaintextTooLarge: "The value is too large to be sealed."
        case .keyExhausted(let id): "Key \(id.rawValue) has sealed as much as it may: give a new one."
        case .keyLength(let bytes): "A sealing key has \(SealingKeys.keyBytes) bytes, not \(bytes)."
        case .keyIDRepeated(let id): "Two sealing keys have the id \(id.rawValue)."
        case .keyInvalid: "This is no key for signatures: P-256, Ed25519, or RSA of 2048 to 8192 bits."
        case .passwordHash(let number): "The password cannot be hashed (argon2 says \(number)): is memory short?"
        case .passwordTooLong:
            "The password is longer than \(PasswordHash.passwordBytesMax) bytes: choose a shorter one."
        case .library(let reason): "OpenSSL says: \(reason)."
        }
    }

    package var description: String { sentence }
}
