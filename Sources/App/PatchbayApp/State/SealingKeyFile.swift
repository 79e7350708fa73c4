import Cryptography
import Glibc
import Reactor
import Telemetry

/// The keys that seal what clients carry for us, in a file of their own: who has the database cannot open a session, and who
/// has a backup without this file cannot either.
///
/// One line for each key, `id key` with the key in base64; the first seals, the others still open. Lines that begin with `#` say
/// so to people.
struct SealingKeyFile: Sendable {
    static let name = "sealing-keys"
    /// More keys than anybody rotates in the life of a session.
    static let keysMax = 16
    /// Sixteen keys take less than 1 KiB.
    static let bytesMax = 16 * 1024

    private let path: String

    init(folder: String) {
        path = "\(folder)/\(Self.name)"
    }

    /// The keys of the file; makes it with one new key when it is not there.
    func keys() throws(StartError) -> SealingKeys {
        if let text = try text() { return try keys(in: text) }
        let text: String
        do throws(CryptographyError) {
            let key = try SecureRandom.bytes(SealingKeys.keyBytes)
            text = """
                # Keys that seal sessions and states. Keep this file as secret as a password, and in backups: without it
                # every client has to start its session anew. The first key seals, the others still open.
                1 \(Base64.standard.encode(key.span))

                """
        } catch {
            throw StartError(reason: "no key for sealing can be made: \(error.sentence)")
        }
        try make(text)
        // Read again, because another process may have been first.
        guard let text = try self.text() else { throw failure("cannot be read", ENOENT) }
        return try keys(in: text)
    }

    private func keys(in text: String) throws(StartError) -> SealingKeys {
        var keys: [SealingKeys.Key] = []
        for (number, line) in text.split(separator: "\n").enumerated() where !line.hasPrefix("#") {
            let words = line.split(separator: " ")
            guard words.count == 2, let id = UInt32(words[0]), let bytes = Base64.standard.decode(String(words[1]))
            else {
                throw StartError(reason: "the key file \(path) has something else than `id key` in line \(number + 1)")
            }
            keys.append(SealingKeys.Key(id: SealingKeyID(id), bytes: Secret(bytes)))
        }
        guard let current = keys.first, keys.count <= Self.keysMax else {
            throw StartError(reason: "the key file \(path) has \(keys.count) keys; 1 to \(Self.keysMax) belong there")
        }
        do throws(CryptographyError) {
            return try SealingKeys(current: current, older: Array(keys.dropFirst()))
        } catch {
            throw StartError(reason: "the keys in \(path) cannot be used: \(error.sentence)")
        }
    }

    /// What the file says, `nil` when there is none; refused when others may read it.
    private func text() throws(StartError) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw failure("cannot be read", errno)
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw failure("cannot be read", errno) }
        guard status.st_mode & 0o077 == 0 else {
            throw StartError(
                reason: "the key file \(path) may be read by others than its owner; say `chmod 600 \(path)`, and make "
                    + "new keys by removing the file if somebody may have read it")
        }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 4_096)
        while bytes.count <= Self.bytesMax {
            let count = read(descriptor, &piece, piece.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw failure("cannot be read", errno) }
            if count == 0 { return String(decoding: bytes, as: UTF8.self) }
            bytes.append(contentsOf: piece[..<count])
        }
        throw StartError(reason: "the key file \(path) has more than \(Self.bytesMax) bytes")
    }

    /// Whole or not at all: written beside, and linked to its name, which fails when the name is taken.
    private func make(_ text: String) throws(StartError) {
        let draft = "\(path).\(getpid())"
        unlink(draft)
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure("cannot be made", errno) }
        defer {
            close(descriptor)
            unlink(draft)
        }
        let bytes = Array(text.utf8)
        guard write(descriptor, bytes, bytes.count) == bytes.count, fsync(descriptor) == 0 else {
            throw failure("cannot be written", errno)
        }
        guard link(draft, path) == 0 || errno == EEXIST else { throw failure("cannot be made", errno) }
    }

    private func failure(_ what: String, _ code: Int32) -> StartError {
        StartError(reason: "the key file \(path) \(what): \(errorText(code))")
    }
}
