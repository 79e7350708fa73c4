import JSONCoding
import Testing

@testable import Gateway

@Suite struct `A tool's definition` {
    private func object(_ text: String) throws -> JSONObject {
        try #require(try JSONParser.parse(Array(text.utf8)).objectValue)
    }

    @Test func `stays as it is when it is valid`() throws {
        let tool = try object(
            #"""
            {"name": "add", "title": "Add", "inputSchema": {"type": "object", "properties": {}},
             "annotations": {"readOnlyHint": false, "title": "A"}, "x": [1, 2.50]}
            """#)
        let safe = SafeTool(tool)
        #expect(safe.definition == tool)
        #expect(safe.remarks.isEmpty)
    }

    @Test(arguments: [
        (#"{"name": "a"}"#, #"{"name": "a", "inputSchema": {"type": "object"}}"#),
        (#"{"name": "a", "inputSchema": null}"#, #"{"name": "a", "inputSchema": {"type": "object"}}"#),
        (
            #"{"name": "a", "inputSchema": {"properties": {}}}"#,
            #"{"name": "a", "inputSchema": {"properties": {}, "type": "object"}}"#
        ),
        (
            #"{"name": "a", "inputSchema": {"type": ["object", "null"]}}"#,
            #"{"name": "a", "inputSchema": {"type": "object"}}"#
        ),
        (
            #"{"name": "a", "inputSchema": {"type": "object"}, "description": 7, "annotations": "none"}"#,
            #"{"name": "a", "inputSchema": {"type": "object"}}"#
        ),
        (
            #"{"name": "a", "inputSchema": {"type": "object"}, "annotations": {"readOnlyHint": "yes", "title": "A"}}"#,
            #"{"name": "a", "inputSchema": {"type": "object"}, "annotations": {"title": "A"}}"#
        ),
    ])
    func `loses what sinks a client's whole list, and says so`(tool: String, expected: String) throws {
        let safe = SafeTool(try object(tool))
        #expect(safe.definition == (try object(expected)))
        #expect(!safe.remarks.isEmpty)
    }

    @Test(arguments: [
        #"{"inputSchema": {"type": "object"}}"#,
        #"{"name": "", "inputSchema": {"type": "object"}}"#,
        #"{"name": "a\u0000b", "inputSchema": {"type": "object"}}"#,
        #"{"name": "\#(String(repeating: "a", count: 257))", "inputSchema": {"type": "object"}}"#,
        #"{"name": "a", "inputSchema": {"type": "string"}}"#,
    ])
    func `is withheld when nobody could call it`(tool: String) throws {
        let safe = SafeTool(try object(tool))
        #expect(safe.definition == nil)
        #expect(safe.remarks.count == 1)
    }

    @Test func `may have a name of 256 characters`() throws {
        let tool = try object(
            #"{"name": "\#(String(repeating: "a", count: 256))", "inputSchema": {"type": "object"}}"#)
        #expect(SafeTool(tool).definition == tool)
    }
}
