import Glibc
import Testing

/// An authority and certificates of its own, made by the `openssl` command in a folder that goes with the object.
final class TemporaryCertificates: Sendable {
    private let folder: String

    init() throws {
        var template = Array("/tmp/patchbay-outbound-XXXXXX".utf8CString)
        try #require(mkdtemp(&template) != nil)
        folder = template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
        try run(
            ["openssl", "req", "-x509", "-subj", "/CN=Test authority", "-days", "2"] + newKey("ca") + [
                "-out", path("ca.pem"),
            ])
    }

    deinit { try? run(["rm", "-rf", folder]) }

    func path(_ name: String) -> String { "\(folder)/\(name)" }

    /// `server.pem` and `server.key` for these names, signed by the authority; made again, they replace the old ones.
    func makeServer(for names: String, _ name: String = "server") throws {
        let arguments = [
            "openssl", "req", "-x509", "-subj", "/CN=server", "-days", "2", "-addext", "subjectAltName=\(names)",
            "-addext", "basicConstraints=critical,CA:FALSE", "-CA", path("ca.pem"), "-CAkey", path("ca.key"), "-out",
            path("\(name).pem"),
        ]
        try run(arguments + newKey(name))
    }

    private func newKey(_ name: String) -> [String] {
        ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", path("\(name).key")]
    }

    private func run(_ words: [String]) throws {
        var pointers: [UnsafeMutablePointer<CChar>?] = words.map { (text: String) in strdup(text) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for descriptor in [Int32(1), 2] {
            posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_WRONLY, 0)
        }
        var child: pid_t = 0
        try #require(posix_spawnp(&child, words[0], &actions, nil, &pointers, environ) == 0)
        var status: Int32 = 0
        try #require(waitpid(child, &status, 0) == child)
        try #require(status == 0, "\(words.joined(separator: " "))")
    }
}
