import JSONCoding
import JSONSchema
import Testing

/// One case of the official suite: a schema with values, and what is to be said about each.
struct SuiteCase: CustomTestStringConvertible, Sendable {
    let file: String
    let description: String
    let schema: JSONValue
    let values: [(description: String, value: JSONValue, isValid: Bool)]

    var testDescription: String { "\(file): \(description)" }

    static let required = all(in: "draft2020-12") + all(in: "draft7")

    /// The rules that are optional for everybody; those of `format`, which is an annotation here, are left out.
    static let optional = all(in: "draft2020-12/optional") + all(in: "draft7/optional")

    private static func all(in folder: String) -> [SuiteCase] {
        SuiteFolder.names(in: "tests/" + folder).flatMap { name -> [SuiteCase] in
            let cases = (try? SuiteFolder.value(of: "tests/\(folder)/\(name)"))?.arrayValue ?? []
            return cases.map { entry in
                SuiteCase(
                    file: "\(folder)/\(name)", description: entry["description"]?.stringValue ?? "",
                    schema: withDialect(entry["schema"] ?? .null, of: folder),
                    values: (entry["tests"]?.arrayValue ?? []).map { test in
                        (
                            test["description"]?.stringValue ?? "", test["data"] ?? .null,
                            test["valid"]?.boolValue ?? false
                        )
                    })
            }
        }
    }

    /// The schemas of draft-07 do not say that they are: the folder does.
    private static func withDialect(_ schema: JSONValue, of folder: String) -> JSONValue {
        guard folder.hasPrefix("draft7"), case .object(var object) = schema, object["$schema"] == nil else {
            return schema
        }
        object["$schema"] = "http://json-schema.org/draft-07/schema#"
        return .object(object)
    }
}

@Suite struct `The official suite of JSON Schema` {
    /// Optional rules that are not followed, by file or by file and case.
    static let exceptions: [String: String] = [
        "draft2020-12/optional/format-assertion.json": "format is an annotation, whatever a metaschema says",
        "draft7/optional/content.json": "the content of a string is not looked at",
        "draft2020-12/optional/cross-draft.json": "the draft of 2019 is not known",
        "draft7/optional/cross-draft.json": "the draft of 2019 is not known",
    ]

    @Test func `is there with all of its tests`() throws {
        try #require(
            !SuiteCase.required.isEmpty, "the public suites are missing: put the folder shared beside the checkout")
        #expect(SuiteCase.required.count == 640)
        #expect(SuiteCase.required.reduce(0) { $0 + $1.values.count } == 2226)
        #expect(SuiteCase.optional.count == 88)
        for file in Self.exceptions.keys { #expect(SuiteCase.optional.contains { $0.file == file }) }
    }

    /// The suite's documents are given to the compiler, so that even the references to other documents are followed.
    @Test(arguments: SuiteCase.required + SuiteCase.optional.filter { exceptions[$0.file] == nil })
    func `is passed`(example: SuiteCase) throws {
        let schema = try SchemaCompiler.compile(example.schema, documents: SuiteFolder.remotes)
        for test in example.values {
            switch schema.check(test.value) {
            case .valid: #expect(test.isValid, "\(test.description)")
            case .invalid(let violations):
                #expect(!test.isValid, "\(test.description): \(violations.map { $0.sentence() })")
                #expect((1...SchemaVerdict.violationsMax).contains(violations.count))
            case .undecided(let doubt): Issue.record("\(test.description): \(doubt.reason)")
            }
        }
    }

    @Test(arguments: SuiteCase.required.filter { $0.file.hasSuffix("refRemote.json") })
    func `cannot be checked where it refers to what is not here`(example: SuiteCase) {
        #expect {
            try SchemaCompiler.compile(example.schema)
        } throws: {
            if case .cannotBeChecked(_, .remoteReference) = $0 as? SchemaFault { true } else { false }
        }
    }

    @Test(arguments: SuiteCase.required + SuiteCase.optional)
    func `is answered on the bytes as it is on the tree, or not at all`(example: SuiteCase) throws {
        guard let schema = try? SchemaCompiler.compile(example.schema, documents: SuiteFolder.remotes) else { return }
        for test in example.values {
            let bytes = JSONWriter.bytes(of: test.value)
            guard let isAccepted = schema.accepts(bytes, at: 0..<bytes.count) else { continue }
            let verdict = schema.check(test.value)
            #expect(isAccepted == (verdict == .valid), "\(test.description)")
        }
    }
}
