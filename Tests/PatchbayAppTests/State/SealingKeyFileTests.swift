import Cryptography
import Telemetry
import Testing

@testable import PatchbayApp

@Suite struct `The file of sealing keys` {
    let folder: TemporaryFolder
    let file: SealingKeyFile

    init() throws {
        folder = try TemporaryFolder()
        file = SealingKeyFile(folder: folder.path)
    }

    @Test func `is made at the first start, for its owner alone, and is the same at the next`() throws {
        let first = try file.keys()
        #expect(folder.names == ["sealing-keys"])
        #expect(try folder.mode(of: "sealing-keys") == 0o600)
        let second = try file.keys()
        #expect(first.current.id == second.current.id)
        #expect(first.current.bytes == second.current.bytes)
        #expect(first.current.bytes.exposed.count == SealingKeys.keyBytes)
        #expect(second.older.isEmpty)
        let other = try TemporaryFolder()
        #expect(try SealingKeyFile(folder: other.path).keys().current.bytes != first.current.bytes)
    }

    @Test func `has the key that seals first, and the older ones behind it`() throws {
        try folder.write("# new\n7 \(key(7))\n3 \(key(3))\n\n", to: "sealing-keys")
        let keys = try file.keys()
        #expect(keys.current.id == SealingKeyID(7))
        #expect(keys.current.bytes == Secret([UInt8](repeating: 7, count: 32)))
        #expect(keys.older.map(\.id) == [SealingKeyID(3)])
    }

    @Test(arguments: [
        ("", "has 0 keys; 1 to 16 belong there"),
        ("# nothing\n", "has 0 keys; 1 to 16 belong there"),
        ("1\n", "something else than `id key` in line 1"),
        ("# a\none QUJD\n", "something else than `id key` in line 2"),
        ("1 !!!!\n", "something else than `id key` in line 1"),
        ("1 QUJD\n", "cannot be used"),
        ("1 \(key(1))\n1 \(key(2))\n", "cannot be used"),
    ])
    func `stops the start when it is something else, without showing it`(text: String, sentence: String) throws {
        try folder.write(text, to: "sealing-keys")
        let error = #expect(throws: StartError.self) { try file.keys() }
        #expect(error?.reason.contains(sentence) == true)
        #expect(error?.reason.contains("QUJD") == false)
    }

    @Test func `takes sixteen keys and not one more`() throws {
        let lines = (1...SealingKeyFile.keysMax).map { "\($0) \(key(UInt8($0)))\n" }.joined()
        try folder.write(lines, to: "sealing-keys")
        #expect(try file.keys().older.count == SealingKeyFile.keysMax - 1)
        try folder.write(lines + "99 \(key(99))\n", to: "sealing-keys")
        #expect(throws: StartError.self) { try file.keys() }
    }

    @Test func `takes 16 KiB and not one byte more`() throws {
        let line = "1 \(key(1))\n"
        let comment = "#" + String(repeating: "-", count: SealingKeyFile.bytesMax - line.utf8.count - 2) + "\n"
        try folder.write(line + comment, to: "sealing-keys")
        #expect(try file.keys().older.isEmpty)
        try folder.write(line + "#" + comment, to: "sealing-keys")
        let error = #expect(throws: StartError.self) { try file.keys() }
        #expect(error?.reason.hasSuffix("has more than 16384 bytes") == true)
    }

    @Test(arguments: [0o640, 0o604, 0o666])
    func `stops the start when others may read it`(mode: Int) throws {
        try folder.write("1 \(key(1))\n", to: "sealing-keys", mode: mode)
        let error = #expect(throws: StartError.self) { try file.keys() }
        #expect(error?.reason.contains("chmod 600") == true)
    }
}

private func key(_ byte: UInt8) -> String {
    Base64.standard.encode([UInt8](repeating: byte, count: 32).span)
}
