package import GatewayModel
import Glibc

/// What a configuration refers to outside of itself; a value, so that reading a file is a function of its bytes.
package struct ConfigurationSurroundings: Sendable {
    /// The value of an environment variable.
    package let environment: @Sendable (String) -> String?
    /// The bytes of a file, at most so many; the error ends a sentence that begins with the file's name.
    package let contents: @Sendable (_ path: String, _ bytesMax: Int) throws(FileMistake) -> [UInt8]

    /// The folder in which relative paths of a file without a folder begin.
    package let currentFolder: String
    /// The apps that `kind: builtin` may name.
    package let builtinApps: [BuiltinAppName]

    /// Takes everything from outside.
    package init(
        environment: @escaping @Sendable (String) -> String?,
        contents: @escaping @Sendable (_ path: String, _ bytesMax: Int) throws(FileMistake) -> [UInt8],
        currentFolder: String = "/", builtinApps: [BuiltinAppName] = [.kanban]
    ) {
        self.environment = environment
        self.contents = contents
        self.currentFolder = currentFolder
        self.builtinApps = builtinApps
    }

    /// This process and its files.
    package static var process: ConfigurationSurroundings {
        ConfigurationSurroundings(
            environment: { name in getenv(name).map { String(cString: $0) } },
            contents: contentsOfFile, currentFolder: currentFolderOfProcess())
    }
}

/// Where this process was started; the root when nobody can say, so that a path made of it is at least whole.
private func currentFolderOfProcess() -> String {
    guard let path = getcwd(nil, 0) else { return "/" }
    defer { free(path) }
    return String(cString: path)
}

/// Why a file cannot be read.
package struct FileMistake: Error, Sendable, Hashable {
    /// The end of a sentence that begins with the file's name.
    package let reason: String

    /// Whether there is no such file, which may be fine where a file is optional.
    package let isMissing: Bool

    /// Wraps the end of a sentence.
    package init(reason: String, isMissing: Bool = false) {
        self.reason = reason
        self.isMissing = isMissing
    }
}

/// Reads a whole regular file or pipe; devices without end are stopped by the limit.
private func contentsOfFile(_ path: String, bytesMax: Int) throws(FileMistake) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileMistake(errno: errno) }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 65_536)
    while true {
        let count = read(descriptor, &piece, piece.count)
        guard count >= 0 else {
            if errno == EINTR { continue }
            throw FileMistake(errno: errno)
        }
        guard count > 0 else { return bytes }
        bytes.append(contentsOf: piece[..<count])
        guard bytes.count <= bytesMax else { throw FileMistake(reason: "has more than \(bytesMax) bytes") }
    }
}

extension FileMistake {
    fileprivate init(errno code: Int32) {
        switch code {
        case ENOENT, ENOTDIR: self.init(reason: "does not exist", isMissing: true)
        case EACCES, EPERM: self.init(reason: "may not be read by this user")
        case EISDIR: self.init(reason: "is a folder")
        // The set of error numbers is the kernel's and open.
        default: self.init(reason: "cannot be read (\(String(cString: strerror(code))))")
        }
    }
}
