extension Configuration {
    /// The file that is read when nobody names one, if it is there.
    package static let usualFile = "patchbay.yaml"

    /// Reads the named file; without a name the usual one if it is there, else the defaults.
    package static func load(
        namedOrUsual name: String?, overrides: ConfigurationOverrides = ConfigurationOverrides(),
        surroundings: ConfigurationSurroundings = .process
    ) throws(ConfigurationError) -> Configuration {
        do throws(ConfigurationError) {
            return try load(file: name ?? usualFile, overrides: overrides, surroundings: surroundings)
        } catch {
            guard name == nil, case .unreadable(_, _, isMissing: true) = error else { throw error }
            return try defaults(overrides: overrides, surroundings: surroundings)
        }
    }

    /// Reads a configuration file.
    package static func load(
        file: String, overrides: ConfigurationOverrides = ConfigurationOverrides(),
        surroundings: ConfigurationSurroundings = .process
    ) throws(ConfigurationError) -> Configuration {
        let bytes: [UInt8]
        do throws(FileMistake) {
            // One byte more than is allowed, so that the reader of the text says what is wrong.
            bytes = try surroundings.contents(file, YAMLLimits.fileBytesMax + 1)
        } catch {
            throw .unreadable(file: file, reason: "the configuration file \(error.reason)", isMissing: error.isMissing)
        }
        return try read(bytes, file: file, overrides: overrides, surroundings: surroundings)
    }

    /// What is served without a file: one server with the Kanban board, on a loopback address.
    package static func defaults(
        overrides: ConfigurationOverrides = ConfigurationOverrides(), surroundings: ConfigurationSurroundings = .process
    ) throws(ConfigurationError) -> Configuration {
        try read([], file: nil, overrides: overrides, surroundings: surroundings)
    }

    /// Reads the bytes of a file; a function of its arguments.
    package static func read(
        _ bytes: [UInt8], file: String?, overrides: ConfigurationOverrides = ConfigurationOverrides(),
        surroundings: ConfigurationSurroundings
    ) throws(ConfigurationError) -> Configuration {
        var reader = ConfigurationReader(surroundings: surroundings, folder: folder(of: file))
        let root = YAMLTree.read(bytes, mistakes: &reader.log)
        if let root = root ?? (reader.log.isEmpty ? emptyDocument : nil),
            let configuration = reader.configuration(root, file: file, overrides: overrides),
            reader.log.isEmpty
        {
            return configuration
        }
        throw .mistakes(file: file ?? "defaults", reader.log.sorted, omitted: reader.log.omitted)
    }

    private static var emptyDocument: YAMLNode {
        YAMLNode(position: .start, value: .mapping([]))
    }

    private static func folder(of file: String?) -> String {
        guard let file, let slash = file.lastIndex(of: "/") else { return "" }
        return slash == file.startIndex ? "/" : String(file[..<slash])
    }
}
