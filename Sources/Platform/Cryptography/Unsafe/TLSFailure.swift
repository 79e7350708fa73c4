import COpenSSL

/// Turns what OpenSSL left behind into a fact that an operator can act on.
enum TLSFailure {
    /// From here on a reason is an alert of the peer: this number plus the alert's.
    private static let alertReasons: ClosedRange<Int32> = 1_000...1_255

    static func error(_ code: UInt, on connection: OpaquePointer, host: String, isOpen: Bool) -> CryptographyError {
        let reason = OpenSSLErrors.number(of: code)
        switch reason {
        case SSL_R_CERTIFICATE_VERIFY_FAILED:
            return .peerRefused(host: host, problem: problem(on: connection))
        case SSL_R_HTTP_REQUEST, SSL_R_HTTPS_PROXY_REQUEST:
            return .peerSpeaksPlainHTTP
        case SSL_R_WRONG_VERSION_NUMBER, SSL_R_UNKNOWN_PROTOCOL, SSL_R_BAD_RECORD_TYPE, SSL_R_UNEXPECTED_MESSAGE,
            SSL_R_PACKET_LENGTH_TOO_LONG, SSL_R_ENCRYPTED_LENGTH_TOO_LONG, SSL_R_UNEXPECTED_RECORD:
            return isOpen ? .library(OpenSSLErrors.reason(of: code)) : .peerNotTLS
        case SSL_R_UNSUPPORTED_PROTOCOL, SSL_R_VERSION_TOO_LOW, SSL_R_NO_SHARED_CIPHER, SSL_R_NO_PROTOCOLS_AVAILABLE,
            SSL_R_NO_SUITABLE_SIGNATURE_ALGORITHM, SSL_R_TLSV1_ALERT_PROTOCOL_VERSION:
            return .nothingInCommon(reason: OpenSSLErrors.reason(of: code))
        case alertReasons:
            return .alertReceived(OpenSSLErrors.reason(of: code))
        default:
            return .library(OpenSSLErrors.reason(of: code))
        }
    }

    private static func problem(on connection: OpaquePointer) -> CertificateProblem {
        let result = SSL_get_verify_result(connection)
        // Kept by the shim at the moment of refusal; it may be one of the chain's.
        let certificate = patchbay_refused_certificate(connection)
        switch Int32(result) {
        case X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH:
            return .otherNames(certificate.map(CertificateReading.names) ?? [])
        case X509_V_ERR_CERT_HAS_EXPIRED:
            guard let certificate else { break }
            return .expired(CertificateReading.notAfter(of: certificate))
        case X509_V_ERR_CERT_NOT_YET_VALID:
            guard let certificate else { break }
            return .notYetValid(CertificateReading.notBefore(of: certificate))
        case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
            return .selfSigned
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
            X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
            guard let certificate else { break }
            return .unknownIssuer(CertificateReading.issuer(of: certificate))
        default: break
        }
        // A constant of the library for every result.
        return .other(String(cString: X509_verify_cert_error_string(result)))
    }
}
