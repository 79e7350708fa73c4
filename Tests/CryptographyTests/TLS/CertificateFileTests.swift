import Cryptography
import Telemetry
import Testing

@Suite struct `A pair of certificate and key files` {
    private let files: TemporaryCertificates

    init() throws {
        files = try TemporaryCertificates()
        try files.makeCertificate("server", for: "DNS:localhost,IP:127.0.0.1,IP:2001:db8::1", by: nil)
    }

    private func failure(certificate: String = "server.pem", key: String = "server.key") -> CryptographyError? {
        do {
            _ = try TLSServerContext(certificateFile: files.path(certificate), keyFile: files.path(key))
            return nil
        } catch {
            return error
        }
    }

    @Test func `is read with its names`() throws {
        let context = try TLSServerContext(certificateFile: files.path("server.pem"), keyFile: files.path("server.key"))
        #expect(context.certificate.names == ["localhost", "127.0.0.1", "2001:db8:0:0:0:0:0:1"])
        #expect(context.certificate.notAfter.seconds - context.certificate.notBefore.seconds == 2 * 86_400)
    }

    @Test func `may be one file`() {
        files.write(files.text(of: "server.key") + files.text(of: "server.pem"), to: "both")
        #expect(failure(certificate: "both", key: "both") == nil)
    }

    @Test func `is refused with the reason when a file is missing or unreadable`() {
        let missing = "No such file or directory"
        #expect(failure(certificate: "absent") == .fileUnreadable(path: files.path("absent"), reason: missing))
        #expect(failure(key: "absent") == .fileUnreadable(path: files.path("absent"), reason: missing))
        #expect(failure(key: ".") == .fileUnreadable(path: files.path("."), reason: "Is a directory"))
    }

    @Test func `is refused when a file holds something else`() {
        files.write("not PEM at all", to: "text")
        let pem = files.text(of: "server.pem")
        files.write(String(pem.dropLast(60)), to: "cut")
        files.write(pem + pem.replacing("MI", with: "!!", maxReplacements: 1), to: "broken")
        for name in ["text", "cut", "broken", "server.key"] {
            #expect(failure(certificate: name) == .notPEM(path: files.path(name), expected: .certificate), "\(name)")
        }
        for name in ["text", "server.pem"] {
            #expect(failure(key: name) == .notPEM(path: files.path(name), expected: .privateKey), "\(name)")
        }
    }

    @Test func `is refused when the key needs a passphrase, without asking for it`() throws {
        try files.openssl([
            "pkcs8", "-topk8", "-in", files.path("server.key"), "-out", files.path("locked"), "-passout", "pass:x",
        ])
        #expect(failure(key: "locked") == .keyNeedsPassphrase(path: files.path("locked")))
    }

    @Test(arguments: ["ec:P-256", "rsa:2048"])
    func `is refused when they are not a pair`(kind: String) throws {
        let parts = kind.split(separator: ":").map(String.init)
        let option = parts[0] == "ec" ? "ec_paramgen_curve:\(parts[1])" : "rsa_keygen_bits:\(parts[1])"
        try files.openssl(["genpkey", "-algorithm", parts[0], "-pkeyopt", option, "-out", files.path("other")])
        #expect(failure(key: "other") == .keyMismatch(certificate: files.path("server.pem"), key: files.path("other")))
    }

    @Test func `is refused when its key is too short to be safe`() throws {
        try files.openssl([
            "req", "-x509", "-newkey", "rsa:1024", "-nodes", "-subj", "/CN=x", "-keyout", files.path("weak.key"),
            "-out",
            files.path("weak.pem"),
        ])
        #expect(
            failure(certificate: "weak.pem", key: "weak.key")
                == .certificateUnusable(path: files.path("weak.pem"), reason: "ee key too small"))
    }

    @Test func `is read up to the limit of a file and not beyond`() {
        let pem = files.text(of: "server.pem")
        let limit = 4 * 1_024 * 1_024
        files.write(pem + String(repeating: "\n", count: limit - pem.utf8.count), to: "full")
        #expect(failure(certificate: "full") == nil)
        files.write(pem + String(repeating: "\n", count: limit - pem.utf8.count + 1), to: "over")
        #expect(failure(certificate: "over") == .fileTooLarge(path: files.path("over")))
    }
}

@Suite struct `A failure of TLS` {
    @Test(
        arguments: [
            (
                .peerRefused(host: "api.example", problem: .otherNames(["*.other.example"])),
                "The certificate of api.example is for *.other.example, not for this name."
            ),
            (
                .peerRefused(host: "api.example", problem: .otherNames(["a", "b", "c", "d", "e"])),
                "The certificate of api.example is for a, b, c and 2 more, not for this name."
            ),
            (
                .peerRefused(host: "api.example", problem: .selfSigned),
                "The certificate of api.example is self-signed: give its CA with outbound.caFile."
            ),
            (
                .peerRefused(host: "api.example", problem: .expired(.init(seconds: 1_785_240_000))),
                "The certificate of api.example has expired (2026-07-28)."
            ),
            (
                .peerRefused(host: "api.example", problem: .unknownIssuer("CN=Test CA")),
                "The certificate of api.example was issued by CN=Test CA, which is not trusted: give its CA with outbound.caFile."
            ),
            (.keyMismatch(certificate: "c", key: "k"), "The key in k does not belong to the certificate in c."),
            (
                .fileUnreadable(path: "c", reason: "No such file or directory"),
                "c cannot be read: No such file or directory."
            ),
        ] as [(CryptographyError, String)])
    func `has a sentence that says what to do`(error: CryptographyError, sentence: String) {
        #expect(error.sentence == sentence)
        #expect("\(error)" == sentence)
    }
}
