import Glibc
import Testing

/// Certificates made by the `openssl` command in a folder of their own, which goes with the object.
final class TemporaryCertificates {
    let folder: String

    init() throws {
        var template = Array("/tmp/patchbay-certificates-XXXXXX".utf8CString)
        try #require(mkdtemp(&template) != nil)
        folder = template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
    }

    deinit {
        var arguments: [UnsafeMutablePointer<CChar>?] =
            ["rm", "-rf", folder].map { (text: String) in strdup(text) } + [nil]
        var child: pid_t = 0
        if posix_spawnp(&child, "rm", nil, nil, &arguments, nil) == 0 { waitpid(child, nil, 0) }
        for argument in arguments { free(argument) }
    }

    func path(_ name: String) -> String { "\(folder)/\(name)" }

    func write(_ text: String, to name: String) {
        let file = fopen(path(name), "w")
        fputs(text, file)
        fclose(file)
    }

    func text(of name: String) -> String {
        let file = fopen(path(name), "r")
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        return String(decoding: bytes[..<fread(&bytes, 1, bytes.count, file)], as: UTF8.self)
    }

    func openssl(_ arguments: [String]) throws {
        var pointers: [UnsafeMutablePointer<CChar>?] =
            (["openssl"] + arguments).map { (text: String) in strdup(text) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 2, path("openssl.log"), O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        var child: pid_t = 0
        try #require(posix_spawnp(&child, "openssl", &actions, nil, &pointers, environ) == 0)
        var status: Int32 = 0
        try #require(waitpid(child, &status, 0) == child)
        try #require(status == 0, "openssl \(arguments.joined(separator: " "))\n\(text(of: "openssl.log"))")
    }

    /// `NAME.pem` and `NAME.key`, which may sign others.
    func makeAuthority(_ name: String = "ca") throws {
        try openssl(
            ["req", "-x509", "-subj", "/CN=Authority \(name)", "-days", "2"] + newKey(name) + [
                "-out", path("\(name).pem"),
            ])
    }

    /// `NAME.pem` and `NAME.key`, signed by an authority or by itself.
    func makeCertificate(
        _ name: String = "server", for names: String?, by authority: String? = "ca", extensions: [String] = []
    ) throws {
        var arguments = ["req", "-x509", "-subj", "/CN=api.example.test", "-days", "2"] + newKey(name)
        for text in extensions { arguments += ["-addext", text] }
        if let names { arguments += ["-addext", "subjectAltName=\(names)"] }
        if let authority { arguments += ["-CA", path("\(authority).pem"), "-CAkey", path("\(authority).key")] }
        if !extensions.contains(where: { $0.hasPrefix("basicConstraints") }) {
            arguments += ["-addext", "basicConstraints=critical,CA:FALSE"]
        }
        try openssl(arguments + ["-out", path("\(name).pem")])
    }

    /// The same, but over since yesterday.
    func makeExpiredCertificate(_ name: String = "server", for names: String) throws {
        write("subjectAltName=\(names)", to: "extensions")
        try openssl(["req", "-new", "-subj", "/CN=old"] + newKey(name) + ["-out", path("request")])
        try openssl([
            "x509", "-req", "-in", path("request"), "-CA", path("ca.pem"), "-CAkey", path("ca.key"), "-CAcreateserial",
            "-days", "-1", "-extfile", path("extensions"), "-out", path("\(name).pem"),
        ])
    }

    private func newKey(_ name: String) -> [String] {
        ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", path("\(name).key")]
    }
}
