package import Telemetry

/// Why a peer's certificate was refused.
package enum CertificateProblem: Sendable, Hashable {
    /// It is for these names, and none of them is the host's.
    case otherNames([String])
    /// Its time is over.
    case expired(Timestamp)
    /// Its time has not begun.
    case notYetValid(Timestamp)
    /// It vouches for itself, and nobody said that it is trusted.
    case selfSigned
    /// It, or one above it, was signed by someone whom we do not know.
    case unknownIssuer(String)
    /// Whatever else OpenSSL finds.
    case other(String)

    func sentence(host: String) -> String {
        switch self {
        case .otherNames(let names) where names.isEmpty:
            return "The certificate of \(host) names no host (it has no subjectAltName), so it is not for this name."
        case .otherNames(let names):
            let shown = names.prefix(3).joined(separator: ", ")
            let more = names.count > 3 ? " and \(names.count - 3) more" : ""
            return "The certificate of \(host) is for \(shown)\(more), not for this name."
        case .expired(let moment): return "The certificate of \(host) has expired (\(moment.dayText))."
        case .notYetValid(let moment):
            return "The certificate of \(host) is not valid before \(moment.dayText): is the clock right?"
        case .selfSigned:
            return "The certificate of \(host) is self-signed: give its CA with outbound.caFile."
        case .unknownIssuer(let issuer):
            return "The certificate of \(host) was issued by \(issuer), which is not trusted: "
                + "give its CA with outbound.caFile."
        case .other(let reason): return "The certificate of \(host) is refused: \(reason)."
        }
    }
}

/// What an operator wants to know of the own certificate.
package struct CertificateFacts: Sendable, Hashable {
    /// The DNS names and addresses that it is for.
    package let names: [String]
    /// The beginning of its time.
    package let notBefore: Timestamp
    /// The end of its time.
    package let notAfter: Timestamp

    /// Whether its time is over at this moment, which is worth a warning and no reason not to start.
    package func isExpired(at now: Timestamp) -> Bool {
        now.seconds > notAfter.seconds
    }
}

extension Timestamp {
    fileprivate var dayText: String {
        var text: [UInt8] = []
        append(to: &text)
        return String(decoding: text.prefix(10), as: UTF8.self)
    }
}
