import JSONCoding
import MCPWire
import Testing

@Suite struct `Capabilities of a client` {
    /// Facts 3.3 and 9.17: what `initialize` of each revision can declare, in neutral form.
    static let declared: [(Revision, String, String)] = [
        (
            .v2025_11_25,
            #"{"roots":{"listChanged":true},"sampling":{"context":{},"tools":{}},"elicitation":{"form":{},"url":{}},"tasks":{"list":{}},"extensions":{"io.modelcontextprotocol/ui":{"mimeTypes":["text/html;profile=mcp-app"]}},"experimental":{"x":{"y":1.0}},"vendor":1}"#,
            #"{"roots":{},"sampling":{"context":{},"tools":{}},"elicitation":{"form":{},"url":{}},"extensions":{"io.modelcontextprotocol/ui":{"mimeTypes":["text/html;profile=mcp-app"]}},"experimental":{"x":{"y":1.0}},"vendor":1}"#
        ),
        (
            .v2025_06_18, #"{"roots":{},"sampling":{"tools":{}},"elicitation":{"url":{}}}"#,
            #"{"roots":{},"sampling":{},"elicitation":{}}"#
        ),
        (
            .v2025_03_26, #"{"sampling":{},"elicitation":{},"extensions":{"a":{}}}"#,
            #"{"sampling":{},"extensions":{"a":{}}}"#
        ),
        (.v2024_11_05, #"{"roots":{"listChanged":true},"elicitation":{}}"#, #"{"roots":{}}"#),
        // Equal revisions: to the byte.
        (
            .v2026_07_28, #"{"tasks":{"x":1},"roots":{"listChanged":true},"elicitation":{"form":{}},"n":1e2}"#,
            #"{"tasks":{"x":1},"roots":{"listChanged":true},"elicitation":{"form":{}},"n":1e2}"#
        ),
    ]

    @Test(arguments: declared) func `are taken from initialize`(revision: Revision, declared: String, neutral: String)
        throws
    {
        #expect(spelled(ClientCapabilities(try object(declared), of: revision).object) == neutral)
    }

    /// Facts 4.5, capability mapping: what an upstream of each revision is told.
    static let told: [(Revision, String, String)] = [
        (
            .v2026_07_28, #"{"elicitation":{"url":{}},"sampling":{"tools":{}},"roots":{}}"#,
            #"{"elicitation":{"url":{}},"sampling":{"tools":{}},"roots":{}}"#
        ),
        (
            .v2025_11_25, #"{"elicitation":{"url":{}},"sampling":{"tools":{}},"roots":{},"extensions":{"e":{}}}"#,
            #"{"elicitation":{"url":{}},"sampling":{"tools":{}},"roots":{},"extensions":{"e":{}}}"#
        ),
        (.v2025_06_18, #"{"elicitation":{"url":{}},"sampling":{"tools":{}}}"#, #"{"sampling":{}}"#),
        (.v2025_06_18, #"{"elicitation":{"form":{},"url":{}}}"#, #"{"elicitation":{}}"#),
        (.v2025_06_18, #"{"elicitation":{}}"#, #"{"elicitation":{}}"#),
        (.v2025_03_26, #"{"elicitation":{},"sampling":{},"roots":{}}"#, #"{"sampling":{},"roots":{}}"#),
    ]

    @Test(arguments: told) func `are told an upstream`(revision: Revision, neutral: String, told: String) throws {
        #expect(spelled(ClientCapabilities(neutral: try object(neutral)).object(for: revision)) == told)
    }

    /// Rulings 2.10, facts 7.1.
    @Test func `reach an upstream only as far as the gateway relays them`() throws {
        let capabilities = ClientCapabilities(
            neutral: try object(
                #"{"vendor":{},"experimental":{"a":{"n":1},"b":{}},"extensions":{"io.modelcontextprotocol/ui":{"mimeTypes":["x"]},"io.modelcontextprotocol/tasks":{},"com.example/z":{}},"roots":{},"elicitation":{"url":{},"form":{}}}"#
            ))
        #expect(
            spelled(capabilities.relayed().object)
                == #"{"roots":{},"elicitation":{"url":{},"form":{}},"extensions":{"io.modelcontextprotocol/ui":{"mimeTypes":["x"]},"io.modelcontextprotocol/tasks":{}}}"#
        )
        #expect(
            spelled(capabilities.relayed(by: RelayedFeatures(extensions: [], experimental: ["a"]), asking: []).object)
                == #"{"experimental":{"a":{"n":1}}}"#)
        #expect(
            spelled(
                capabilities.relayed(by: RelayedFeatures(extensions: []), asking: [.formElicitation, .sampling]).object)
                == #"{"elicitation":{}}"#)
    }

    static let interactive: [(String, InteractiveCapabilities, String)] = [
        ("{}", [], "{}"),
        (#"{"elicitation":{}}"#, .formElicitation, #"{"elicitation":{}}"#),
        (#"{"elicitation":{"form":{}}}"#, .formElicitation, #"{"elicitation":{}}"#),
        (#"{"elicitation":{"url":{}}}"#, .urlElicitation, #"{"elicitation":{"url":{}}}"#),
        (
            #"{"elicitation":{"url":{},"form":{}}}"#, [.formElicitation, .urlElicitation],
            #"{"elicitation":{"form":{},"url":{}}}"#
        ),
        (
            #"{"sampling":{"tools":{}},"roots":{"listChanged":true}}"#, [.sampling, .samplingTools, .roots],
            #"{"sampling":{"tools":{}},"roots":{}}"#
        ),
        (
            #"{"sampling":{"context":{},"tools":{}}}"#, [.sampling, .samplingContext, .samplingTools],
            #"{"sampling":{"context":{},"tools":{}}}"#
        ),
        (#"{"elicitation":true,"sampling":null,"roots":[]}"#, [], "{}"),
    ]

    @Test(arguments: interactive) func `say what may be asked`(
        neutral: String, may: InteractiveCapabilities, form: String
    ) throws {
        let found = InteractiveCapabilities(neutral: try object(neutral))
        #expect(found == may)
        #expect(spelled(found.object) == form)
        #expect(InteractiveCapabilities(rawValue: found.rawValue) == found)
    }

    @Test func `have one fingerprint, however they are written`() throws {
        let one = ClientCapabilities(neutral: try object(#"{"b":{"y":1,"x":[{"d":1,"c":2}]},"a":"\u00e9"}"#))
        let other = ClientCapabilities(neutral: try object(#"{ "a":"é", "b":{"x":[{"c":2,"d":1}], "y":1}}"#))
        #expect(one.fingerprint == other.fingerprint)
        #expect(text(one.fingerprint) == #"{"a":"é","b":{"x":[{"c":2,"d":1}],"y":1}}"#)
        #expect(
            one.fingerprint
                != ClientCapabilities(neutral: try object(#"{"a":"é","b":{"x":[{"c":2,"d":1}],"y":1.0}}"#)).fingerprint)
    }

    /// MCP 2026-07-28, MRTR: never ask for what the request did not declare; `-32021` names it.
    static let missing: [(String, String, String, String?)] = [
        ("elicitation/create", "{}", "{}", #"{"elicitation":{}}"#),
        ("elicitation/create", #"{"mode":"form"}"#, #"{"elicitation":{"url":{}}}"#, #"{"elicitation":{}}"#),
        ("elicitation/create", #"{"mode":"url"}"#, #"{"elicitation":{}}"#, #"{"elicitation":{"url":{}}}"#),
        ("elicitation/create", #"{"mode":"url"}"#, #"{"elicitation":{"url":{}}}"#, nil),
        ("sampling/createMessage", #"{"tools":[]}"#, #"{"sampling":{}}"#, #"{"sampling":{"tools":{}}}"#),
        ("sampling/createMessage", "{}", #"{"sampling":{}}"#, nil),
        ("roots/list", "{}", #"{"sampling":{}}"#, #"{"roots":{}}"#),
    ]

    @Test(arguments: missing) func `lack what a question needs`(
        method: String, params: String, has: String, lacks: String?
    ) throws {
        let question = try #require(ClientQuestion(key: "k", method: method, params: try object(params)))
        #expect(spelled(ClientCapabilities(neutral: try object(has)).missing(for: question)) == lacks)
    }
}

@Suite struct `Capabilities of a server` {
    static let declared: [(Revision, String, String)] = [
        // Facts 4.8: tasks of 2025-11-25 are not those of the extension.
        (
            .v2025_11_25, #"{"tools":{"listChanged":true},"tasks":{"list":{}},"x":1}"#,
            #"{"tools":{"listChanged":true},"x":1}"#
        ),
        (.v2024_11_05, #"{"prompts":{},"logging":{}}"#, #"{"prompts":{},"logging":{},"completions":{}}"#),
        (.v2024_11_05, #"{"tools":{}}"#, #"{"tools":{}}"#),
        (
            .v2026_07_28, #"{"tools":{},"tasks":{"list":{}},"extensions":{"a":{}}}"#,
            #"{"tools":{},"tasks":{"list":{}},"extensions":{"a":{}}}"#
        ),
    ]

    @Test(arguments: declared) func `are taken from an upstream`(revision: Revision, declared: String, neutral: String)
        throws
    {
        #expect(spelled(ServerCapabilities(try object(declared), of: revision).object) == neutral)
    }

    @Test func `keep the tasks of the core apart`() throws {
        let declared = try object(#"{"tasks":{"list":{}}}"#)
        #expect(spelled(ServerCapabilities(declared, of: .v2025_11_25).coreTasks) == #"{"list":{}}"#)
        #expect(ServerCapabilities(declared, of: .v2025_06_18).coreTasks == nil)
    }

    @Test func `are told a client without what its revision does not have`() throws {
        let capabilities = ServerCapabilities(
            neutral: try object(#"{"tools":{},"completions":{},"extensions":{"a":{}}}"#))
        #expect(spelled(capabilities.object(for: .v2024_11_05)) == #"{"tools":{},"extensions":{"a":{}}}"#)
        for revision in RevisionCatalog.all where revision > .v2024_11_05 {
            #expect(capabilities.object(for: revision) == capabilities.object)
        }
    }

    @Test func `of many upstreams are the union of what the gateway relays`() throws {
        let servers = [
            #"{"resources":{"subscribe":true},"logging":{},"extensions":{"io.modelcontextprotocol/tasks":{},"z":{}}}"#,
            #"{"tools":{"listChanged":true},"prompts":{},"resources":{},"experimental":{"e":{}}}"#,
        ]
        let all = try servers.map { ServerCapabilities(neutral: try object($0)) }
        #expect(
            spelled(ServerCapabilities.union(all).object)
                == #"{"tools":{"listChanged":true},"resources":{"subscribe":true,"listChanged":true},"prompts":{"listChanged":true},"logging":{},"extensions":{"io.modelcontextprotocol/tasks":{}}}"#
        )
        #expect(spelled(ServerCapabilities.union([], announcing: false).object) == #"{"tools":{}}"#)
    }
}
