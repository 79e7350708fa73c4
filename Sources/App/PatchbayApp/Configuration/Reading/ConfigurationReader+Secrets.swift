import Telemetry

/// A secret is never written in the file: `{ env: NAME }` or `{ file: PATH }` say where it is.
extension ConfigurationReader {
    /// Keys and passwords are short; a file of this size is another file.
    static var secretBytesMax: Int { 65_536 }

    /// The secret that a field points to. No message shows what was written in its place, or what was found.
    mutating func secret(_ field: Field) -> Secret<String>? {
        let instead = "write { env: NAME } or { file: PATH }"
        if case .scalar(let scalar) = field.node.value, scalar.meaning != .nothing {
            log.add(field.position, field.path, "a secret is never written in this file", instead)
            return nil
        }
        guard var keys = field.section(&log, instead: instead) else { return nil }
        let environment = keys.take("env")
        let file = keys.take("file")
        keys.finish(&log)
        switch (environment, file) {
        case (let environment?, nil): return secretInEnvironment(environment)
        case (nil, let file?): return secretInFile(file)
        case (nil, nil), (.some, .some):
            log.add(field.position, field.path, "a secret has one place", instead)
            return nil
        }
    }

    private mutating func secretInEnvironment(_ field: Field) -> Secret<String>? {
        let instead = "set it before the start, or write the name of another"
        guard let name = field.text(&log, instead: "write the name of an environment variable") else { return nil }
        guard let value = surroundings.environment(name), !value.isEmpty else {
            log.add(field.position, field.path, "the environment variable \(quoted(name)) is not set", instead)
            return nil
        }
        return Secret(value)
    }

    private mutating func secretInFile(_ field: Field) -> Secret<String>? {
        let instead = "write the path of a file with the secret in one line"
        guard let path = path(field, instead: instead) else { return nil }
        do throws(FileMistake) {
            var bytes = try surroundings.contents(path, Self.secretBytesMax)
            if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
            if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
            guard let text = String(validating: bytes, as: UTF8.self), !text.isEmpty,
                bytes.allSatisfy({ $0 >= 0x20 && $0 != 0x7F })
            else {
                log.add(field.position, field.path, "the file \(quoted(path)) does not hold one line of text", instead)
                return nil
            }
            return Secret(text)
        } catch {
            log.add(field.position, field.path, "the file \(quoted(path)) \(error.reason)", instead)
            return nil
        }
    }
}
