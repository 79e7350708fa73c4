import Foundation
import PatchbayApp

/// Configuration files with the answer that each one gets, from `Tests/Data/Configurations`.
enum ConfigurationCases {
    static let refused = names(in: "refused")
    static let accepted = names(in: "accepted")

    static func text(_ folder: String, _ name: String, _ ending: String) throws -> String {
        try String(contentsOf: file(folder, "\(name).\(ending)"), encoding: .utf8)
    }

    static func bytes(_ folder: String, _ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: file(folder, "\(name).yaml")))
    }

    /// Files and variables that the cases name.
    static func surroundings(
        files: [String: String] = [:], environment: [String: String] = [:]
    ) -> ConfigurationSurroundings {
        let pem = ["cert.pem": "-----BEGIN CERTIFICATE-----\n", "key.pem": "-----BEGIN PRIVATE KEY-----\n"]
        let files = files.merging(pem) { one, _ in one }.merging(["token.txt": "hunter2\n"]) { one, _ in one }
        return ConfigurationSurroundings(
            environment: { environment[$0] },
            contents: { (path, bytesMax) throws(FileMistake) in
                guard let text = files[path] else { throw FileMistake(reason: "does not exist", isMissing: true) }
                guard text.utf8.count <= bytesMax else { throw FileMistake(reason: "has more than \(bytesMax) bytes") }
                return Array(text.utf8)
            }, currentFolder: "/home")
    }

    private static func file(_ folder: String, _ name: String) -> URL {
        root.appending(path: folder).appending(path: name)
    }

    private static func names(in folder: String) -> [String] {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: root.appending(path: folder).path)) ?? []
        return files.filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }.sorted()
    }

    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Data/Configurations")
}

/// Reads a text as `patchbay.yaml`.
func configuration(_ text: String, overrides: ConfigurationOverrides = ConfigurationOverrides()) throws -> Configuration
{
    try Configuration.read(
        Array(text.utf8), file: "patchbay.yaml", overrides: overrides, surroundings: ConfigurationCases.surroundings())
}

/// The lines that an operator would see; none when the text is accepted.
func mistakes(_ text: String, overrides: ConfigurationOverrides = ConfigurationOverrides()) -> [String] {
    mistakes(Array(text.utf8), overrides: overrides)
}

/// The same for bytes that need not be text.
func mistakes(_ bytes: [UInt8], overrides: ConfigurationOverrides = ConfigurationOverrides()) -> [String] {
    do throws(ConfigurationError) {
        _ = try Configuration.read(
            bytes, file: "patchbay.yaml", overrides: overrides, surroundings: ConfigurationCases.surroundings())
        return []
    } catch {
        return error.lines
    }
}
