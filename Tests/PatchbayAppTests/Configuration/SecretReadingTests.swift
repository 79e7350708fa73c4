import Telemetry
import Testing

// No key of this version holds a secret, so the reading of one is tested below the keys.
@testable import PatchbayApp

@Suite struct `A secret in the configuration` {
    @Test func `is found in the environment`() {
        #expect(read("{ env: TOKEN }").secret == "hunter2")
    }

    @Test(arguments: ["hunter2", "hunter2\n", "hunter2\r\n"])
    func `is the one line of a file`(contents: String) {
        #expect(read("{ file: token.txt }", contents: contents).secret == "hunter2")
    }

    @Test(arguments: [
        ("hunter2", "a secret is never written in this file; write { env: NAME } or { file: PATH }"),
        ("12345", "a secret is never written in this file; write { env: NAME } or { file: PATH }"),
        ("{}", "a secret has one place; write { env: NAME } or { file: PATH }"),
        ("{ env: TOKEN, file: token.txt }", "a secret has one place; write { env: NAME } or { file: PATH }"),
        (
            "{ env: OTHER }",
            "the environment variable \"OTHER\" is not set; set it before the start, or write the name of another"
        ),
        (
            "{ file: nowhere }",
            "the file \"nowhere\" does not exist; write the path of a file with the secret in one line"
        ),
        ("[hunter2]", "this is a list, and a mapping is wanted; write { env: NAME } or { file: PATH }"),
    ])
    func `elsewhere is refused without being shown`(text: String, sentence: String) {
        let (secret, lines) = read(text)
        #expect(secret == nil)
        #expect(lines.contains { $0.hasSuffix(sentence) })
        #expect(!lines.joined().contains("hunter2"))
    }

    @Test(arguments: ["", "\n", "two\nlines", "a\u{7}b"])
    func `is not a file of another shape`(contents: String) {
        let (secret, lines) = read("{ file: token.txt }", contents: contents)
        #expect(secret == nil)
        #expect(lines.count == 1)
    }

    @Test func `has at most 64 KiB`() {
        let longest = String(repeating: "x", count: ConfigurationReader.secretBytesMax)
        #expect(read("{ file: token.txt }", contents: longest).secret == longest)
        #expect(read("{ file: token.txt }", contents: longest + "x").secret == nil)
    }

    private func read(_ text: String, contents: String = "") -> (secret: String?, lines: [String]) {
        let surroundings = ConfigurationCases.surroundings(
            files: ["token.txt": contents], environment: ["TOKEN": "hunter2"])
        var reader = ConfigurationReader(surroundings: surroundings, folder: "")
        guard let node = YAMLTree.read(Array(text.utf8), mistakes: &reader.log) else { return (nil, []) }
        let secret = reader.secret(Field(path: "key", node: node))
        return (secret?.exposed, reader.log.sorted.map { $0.line(file: "f") })
    }
}
