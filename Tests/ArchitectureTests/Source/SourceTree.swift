import Glibc

/// The repository as files: found from this file's own place, read without Foundation.
enum SourceTree {
    /// The package's root folder.
    static let root: String = {
        var parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
        parts.removeLast(4)
        return parts.joined(separator: "/")
    }()

    /// Paths of all files below a folder, relative to the root, in a stable order.
    static func files(under folder: String) -> [String] {
        guard let stream = opendir("\(root)/\(folder)") else { return [] }
        defer { closedir(stream) }
        var found: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard !name.hasPrefix("."), name != "__pycache__" else { continue }
            let path = "\(folder)/\(name)"
            found += Int32(entry.pointee.d_type) == Int32(DT_DIR) ? files(under: path) : [path]
        }
        return found.sorted()
    }

    /// A file's text, or nothing when it is not there.
    static func text(_ path: String) -> String? {
        guard let file = fopen("\(root)/\(path)", "r") else { return nil }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 65_536)
        while case let count = fread(&piece, 1, piece.count, file), count > 0 { bytes += piece[..<count] }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Every Swift file below a folder, ready for the rules.
    static func swiftSources(under folder: String) -> [SwiftSource] {
        files(under: folder).filter { $0.hasSuffix(".swift") }.compactMap { path in
            text(path).map { SwiftSource(path: path, text: $0) }
        }
    }
}
