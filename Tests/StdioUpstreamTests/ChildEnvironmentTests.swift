import GatewayModel
import Telemetry
import Testing

@testable import UpstreamClients

@Suite struct `The environment of a process` {
    @Test func `has a few of our variables and all of its own`() throws {
        let definition = try StdioUpstreamDefinition(
            command: ["server"],
            environment: [
                StdioVariable(name: "KEY", value: Secret("word")), StdioVariable(name: "LANG", value: Secret("de")),
            ])
        let surroundings = [
            "PATH": "/bin", "HOME": "/root", "LANG": "C", "PATCHBAY_SECRET": "s", "AWS_SECRET_ACCESS_KEY": "s",
            "HTTPS_PROXY": "http://name:password@proxy",
        ]
        #expect(
            ChildEnvironment.variables(definition, surroundings: surroundings)
                == ["PATH": "/bin", "HOME": "/root", "LANG": "de", "KEY": "word"])
    }
}

@Suite struct `A definition of a process` {
    @Test func `wants a program and nothing that the system cannot take`() throws {
        #expect(throws: GatewayModelError.empty) { try StdioUpstreamDefinition(command: []) }
        #expect(throws: GatewayModelError.empty) { try StdioUpstreamDefinition(command: ["", "x"]) }
        #expect(throws: GatewayModelError.unexpectedByte(0, offset: 1)) {
            try StdioUpstreamDefinition(command: ["a", "b\0"])
        }
        #expect(throws: GatewayModelError.relativePath) {
            try StdioUpstreamDefinition(command: ["a"], workingDirectory: "here")
        }
        let one = try StdioVariable(name: "A", value: Secret("1"))
        #expect(throws: GatewayModelError.duplicate("A")) {
            try StdioUpstreamDefinition(command: ["a"], environment: [one, one])
        }
    }

    @Test(arguments: ["", "A=B", "A B", "A\0", "PATCHBAY_CHILD"]) func `refuses a name`(name: String) {
        #expect(throws: GatewayModelError.self) { try StdioVariable(name: name, value: Secret("")) }
    }

    @Test func `holds its limits`() throws {
        let words = StdioUpstreamDefinition.entriesMax
        let bytes = StdioUpstreamDefinition.textBytesMax
        _ = try StdioUpstreamDefinition(command: Array(repeating: "a", count: words))
        #expect(throws: GatewayModelError.tooMany(limit: words)) {
            try StdioUpstreamDefinition(command: Array(repeating: "a", count: words + 1))
        }
        _ = try StdioUpstreamDefinition(command: [String(repeating: "a", count: bytes)])
        #expect(throws: GatewayModelError.tooLong(limit: bytes)) {
            try StdioUpstreamDefinition(command: [String(repeating: "a", count: bytes + 1)])
        }
    }

    @Test func `is another one when a secret is`() throws {
        let one = try StdioVariable(name: "A", value: Secret("1"))
        let other = try StdioVariable(name: "A", value: Secret("2"))
        #expect(one != other)
        #expect(
            try StdioUpstreamDefinition(command: ["a"], environment: [one])
                == StdioUpstreamDefinition(command: ["a"], environment: [one]))
        #expect(!"\(one)".contains("1"))
    }
}
