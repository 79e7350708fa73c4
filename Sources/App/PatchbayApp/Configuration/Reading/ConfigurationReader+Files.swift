import GatewayModel

/// What stands in other files: `data`, `tls`, `outbound`.
extension ConfigurationReader {
    /// Certificates and keys are a few KiB; a bundle of all public authorities is about 220 KiB.
    static var pemBytesMax: Int { 1_048_576 }

    /// A path that need not exist yet.
    mutating func path(_ field: Field?, instead: String) -> String? {
        guard let field, let text = field.text(&log, instead: instead) else { return nil }
        guard !text.isEmpty, text.utf8.count <= 4_000, !text.utf8.contains(0) else {
            log.add(field.position, field.path, "\(quoted(text)) is not a path", instead)
            return nil
        }
        return absolute(text)
    }

    mutating func tlsFiles(_ field: Field?) -> TLSFiles? {
        guard let field,
            var keys = field.section(&log, instead: "write { certificate: cert.pem, key: key.pem }")
        else { return nil }
        let certificate = keys.require("certificate", &log, instead: "write certificate: and the path of a PEM file")
            .flatMap { pemFile($0, holding: "CERTIFICATE", noun: "a PEM certificate") }
        let key = keys.require("key", &log, instead: "write key: and the path of a PEM file")
            .flatMap { pemFile($0, holding: "PRIVATE KEY", noun: "a PEM private key") }
        keys.finish(&log)
        guard let certificate, let key else { return nil }
        return TLSFiles(certificateFile: certificate, keyFile: key)
    }

    /// More certificate authorities, and private networks that requests to addresses which others named may go to.
    mutating func outbound(_ field: Field?) -> OutboundSettings {
        let example = "write { caFile: extra.pem, allow: [10.1.2.0/24] }"
        guard let field, var keys = field.section(&log, instead: example) else { return OutboundSettings() }
        let file = keys.take("caFile").flatMap { pemFile($0, holding: "CERTIFICATE", noun: "a PEM certificate") }
        let allowed = keys.take("allow")?.items(&log, instead: "put the networks in brackets, like [10.1.2.0/24]") ?? []
        let blocks = allowed.compactMap { item in
            item.parsed(&log, noun: "a network", instead: "write it like 10.1.2.0/24", AddressBlock.init)
        }
        keys.finish(&log)
        return OutboundSettings(authoritiesFile: file, allowed: blocks)
    }

    private mutating func pemFile(_ field: Field, holding label: String, noun: String) -> String? {
        let instead = "write the path of a file with \(noun)"
        if case .scalar(let scalar) = field.node.value, scalar.text.contains("-----BEGIN") {
            log.add(field.position, field.path, "a certificate or key is never written in this file", instead)
            return nil
        }
        guard let path = path(field, instead: instead) else { return nil }
        do throws(FileMistake) {
            let bytes = try surroundings.contents(path, Self.pemBytesMax)
            // "RSA PRIVATE KEY", "EC PRIVATE KEY" and "TRUSTED CERTIFICATE" are labels too (RFC 7468 and its elders).
            guard String(decoding: bytes, as: UTF8.self).contains("\(label)-----") else {
                log.add(field.position, field.path, "the file \(quoted(path)) does not hold \(noun)", instead)
                return nil
            }
            return path
        } catch {
            log.add(field.position, field.path, "the file \(quoted(path)) \(error.reason)", instead)
            return nil
        }
    }
}
