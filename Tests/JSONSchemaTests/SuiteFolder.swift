import Glibc
import JSONCoding
import Testing

/// The official tests of JSON Schema, beside the repository or beside one of the folders that it lies in.
enum SuiteFolder {
    static let path = {
        let parts = #filePath.split(separator: "/").dropLast(3)
        let candidates = (1..<parts.count).map { count in
            "/" + parts.dropLast(count).joined(separator: "/") + "/shared/data/json-schema-test-suite/"
        }
        return candidates.first { access($0, R_OK) == 0 } ?? "/"
    }()

    /// The names of the files in a folder, and of those in its folders if that is asked for.
    static func names(in folder: String, isDeep: Bool = false) -> [String] {
        guard let directory = opendir(path + folder) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name.hasSuffix(".json") { names.append(name) }
            if isDeep, !name.hasPrefix("."), entry.pointee.d_type == UInt8(DT_DIR) {
                names += self.names(in: folder + "/" + name, isDeep: true).map { name + "/" + $0 }
            }
        }
        return names.sorted()
    }

    static func value(of name: String) throws -> JSONValue {
        let file = try #require(fopen(path + name, "rb"))
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        bytes.removeLast(bytes.count - fread(&bytes, 1, bytes.count, file))
        return try JSONParser.parse(bytes)
    }

    /// What the tests expect to find at their host.
    static let remotes: [String: JSONValue] = {
        var remotes: [String: JSONValue] = [:]
        for name in names(in: "remotes", isDeep: true) {
            remotes["http://localhost:1234/" + name] = try? value(of: "remotes/" + name)
        }
        return remotes
    }()
}
