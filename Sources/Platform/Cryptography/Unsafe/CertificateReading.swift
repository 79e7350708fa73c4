import COpenSSL
import Telemetry

/// What stands in a certificate. The pointers belong to whoever calls, and live at least as long as the call.
enum CertificateReading {
    /// Enough for dozens of names; what does not fit is not shown.
    private static let namesBytesMax = 4_096

    static func facts(of certificate: OpaquePointer) -> CertificateFacts {
        CertificateFacts(
            names: names(of: certificate), notBefore: notBefore(of: certificate), notAfter: notAfter(of: certificate))
    }

    static func names(of certificate: OpaquePointer) -> [String] {
        var buffer = [UInt8](repeating: 0, count: namesBytesMax)
        let count = patchbay_certificate_names(certificate, &buffer, buffer.count)
        return buffer[..<count].split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
    }

    static func notBefore(of certificate: OpaquePointer) -> Timestamp {
        Timestamp(seconds: Int64(patchbay_seconds(X509_get0_notBefore(certificate))))
    }

    static func notAfter(of certificate: OpaquePointer) -> Timestamp {
        Timestamp(seconds: Int64(patchbay_seconds(X509_get0_notAfter(certificate))))
    }

    /// The issuer's name on one line, such as `CN=Test CA,O=Test`.
    static func issuer(of certificate: OpaquePointer) -> String {
        guard let sink = BIO_new(BIO_s_mem()) else { return "an unknown issuer" }
        defer { BIO_free(sink) }
        guard patchbay_print_issuer(sink, certificate) == 1 else {
            return "an unknown issuer"
        }
        var text = [UInt8](repeating: 0, count: 256)
        let count = BIO_read(sink, &text, Int32(text.count))
        return count > 0 ? String(decoding: text[..<Int(count)], as: UTF8.self) : "an unknown issuer"
    }
}
