package import Telemetry

/// A program that speaks MCP over its standard input and output.
package struct StdioUpstreamDefinition: Sendable, Hashable {
    /// Words of the command, and variables of the environment; a line of an operator has far fewer.
    package static let entriesMax = 256
    /// Bytes of one word, one value or a path; the kernel takes 128 KiB for one string.
    package static let textBytesMax = 65_536

    /// The program's name or path, then its arguments; no shell is between.
    package let command: [String]
    /// What the program sees besides the few variables that every program gets.
    package let environment: [StdioVariable]
    /// Where it starts; `nil` is where the gateway was started.
    package let workingDirectory: String?

    /// Refuses what the system could not start: no program, a zero byte, a variable twice, a relative directory.
    package init(
        command: [String], environment: [StdioVariable] = [], workingDirectory: String? = nil
    ) throws(GatewayModelError) {
        guard let program = command.first, !program.isEmpty else { throw .empty }
        guard command.count <= Self.entriesMax, environment.count <= Self.entriesMax else {
            throw .tooMany(limit: Self.entriesMax)
        }
        for word in command { try Self.check(word) }
        var names: Set<String> = []
        for variable in environment where !names.insert(variable.name).inserted { throw .duplicate(variable.name) }
        if let workingDirectory {
            guard workingDirectory.hasPrefix("/") else { throw .relativePath }
            try Self.check(workingDirectory)
        }
        self.command = command
        self.environment = environment
        self.workingDirectory = workingDirectory
    }

    fileprivate static func check(_ text: String) throws(GatewayModelError) {
        guard text.utf8.count <= textBytesMax else { throw .tooLong(limit: textBytesMax) }
        if let offset = text.utf8.enumerated().first(where: { $0.element == 0 })?.offset {
            throw .unexpectedByte(0, offset: offset)
        }
    }
}

/// One variable of a program's environment; the value is a secret whatever it is, because keys travel this way.
package struct StdioVariable: Sendable, Hashable {
    /// Its name.
    package let name: String
    /// What it says.
    package let value: Secret<String>

    /// Takes a name without `=` that is not ours; `PATCHBAY_CHILD` is how the gateway knows its processes.
    package init(name: String, value: Secret<String>) throws(GatewayModelError) {
        guard !name.isEmpty else { throw .empty }
        for (offset, byte) in name.utf8.enumerated() where byte <= 0x20 || byte == UInt8(ascii: "=") || byte == 0x7F {
            throw .unexpectedByte(byte, offset: offset)
        }
        guard name != "PATCHBAY_CHILD" else { throw .reservedName(name) }
        try StdioUpstreamDefinition.check(name)
        try StdioUpstreamDefinition.check(value.exposed)
        self.name = name
        self.value = value
    }

    /// By name and by value, the latter in constant time.
    package static func == (left: StdioVariable, right: StdioVariable) -> Bool {
        left.name == right.name && left.value == right.value
    }

    /// By the name only: what is hashed may be seen by timing.
    package func hash(into hasher: inout Hasher) {
        hasher.combine(name)
    }
}
