import JSONCoding
import MCPWire
import Testing

@Suite struct `Reading an upstream` {
    /// Facts 6.6, last row, and 6.5: what 2026-07-28 requires is added, and only that.
    static let results: [(Revision, MCPMethod, String, String)] = [
        (
            .v2025_11_25, .toolsCall,
            #"{"content":[],"_meta":{"io.modelcontextprotocol/related-task":{"taskId":"t"},"k":1}}"#,
            #"{"content":[],"_meta":{"k":1},"resultType":"complete"}"#
        ),
        (
            .v2025_11_25, .toolsCall, #"{"content":[],"_meta":{"io.modelcontextprotocol/related-task":{}}}"#,
            #"{"content":[],"resultType":"complete"}"#
        ),
        (
            .v2024_11_05, .resourcesRead, #"{"contents":[]}"#,
            #"{"contents":[],"resultType":"complete","ttlMs":0,"cacheScope":"private"}"#
        ),
        (
            .v2025_11_25, .toolsList,
            #"{"tools":[{"name":"t","inputSchema":{"x-mcp-header":"a","items":[{"x-mcp-header":1}],"properties":{"x-mcp-header":{"type":"string","default":{"x-mcp-header":1}}}},"execution":{}}]}"#,
            #"{"tools":[{"name":"t","inputSchema":{"items":[{}],"properties":{"x-mcp-header":{"type":"string","default":{"x-mcp-header":1}}}}}],"resultType":"complete","ttlMs":0,"cacheScope":"private"}"#
        ),
        (
            .v2026_07_28, .toolsList,
            #"{"resultType":"complete","tools":[{"name":"t","execution":{}}],"ttlMs":5,"cacheScope":"public"}"#,
            #"{"resultType":"complete","tools":[{"name":"t","execution":{}}],"ttlMs":5,"cacheScope":"public"}"#
        ),
        (
            .v2026_07_28, .toolsCall, #"{"content":[],"_meta":{"io.modelcontextprotocol/related-task":{}}}"#,
            #"{"content":[],"_meta":{"io.modelcontextprotocol/related-task":{}},"resultType":"complete"}"#
        ),
        (
            .v2026_07_28, .resourcesRead, #"{"resultType":"complete","contents":[],"ttlMs":-1,"cacheScope":"public"}"#,
            #"{"resultType":"complete","contents":[],"ttlMs":0,"cacheScope":"public"}"#
        ),
        // MCP 2026-07-28, MRTR: no caching fields on input_required.
        (
            .v2026_07_28, .resourcesRead, #"{"resultType":"input_required","requestState":"s"}"#,
            #"{"resultType":"input_required","requestState":"s"}"#
        ),
    ]

    @Test(arguments: results) func `gives a result in neutral form`(
        revision: Revision, method: MCPMethod, result: String, neutral: String
    ) throws {
        #expect(spelled(UpstreamReading(revision: revision).result(try object(result), of: method)) == neutral)
    }

    @Test func `says of a silent result what it is told to say`() {
        let reading = UpstreamReading(revision: .v2025_06_18)
        let hint = CacheHint(milliseconds: 60_000, scope: .everybody)
        #expect(
            spelled(reading.result([:], of: .promptsList, hint: hint))
                == #"{"resultType":"complete","ttlMs":60000,"cacheScope":"public"}"#)
    }

    /// Rulings 3.1.
    static let failures: [(Int, Int)] = [
        (-32002, -32602), (-32020, -32603), (-32022, -32603), (-32021, -32021), (-32042, -32042), (-32601, -32601),
        (7, 7), (-32001, -32001),
    ]

    @Test(arguments: failures) func `gives a failure the code that it has now`(code: Int, neutral: Int) {
        let failure = MCPFailure(code: code, message: "why", data: ["uri": "u"])
        for revision in RevisionCatalog.all {
            let read = UpstreamReading(revision: revision).failure(failure)
            #expect(read.code == neutral)
            #expect(read.message.contains("why"))
            #expect((read.data == failure.data) == (neutral != -32603))
        }
    }

    /// Facts 9.3: emit `_meta`, read both.
    static let identities: [(Revision, String, String)] = [
        (
            .v2025_11_25,
            #"{"protocolVersion":"2025-11-25","capabilities":{"tools":{},"tasks":{}},"serverInfo":{"name":"a"},"instructions":"i"}"#,
            "a"
        ),
        (
            .v2026_07_28,
            #"{"capabilities":{"tools":{}},"_meta":{"io.modelcontextprotocol/serverInfo":{"name":"b"}},"serverInfo":{"name":"c"},"instructions":"i"}"#,
            "b"
        ),
        (.v2026_07_28, #"{"capabilities":{"tools":{}},"serverInfo":{"name":"c"},"instructions":"i"}"#, "c"),
    ]

    @Test(arguments: identities) func `says who it is`(revision: Revision, result: String, name: String) throws {
        let identity = try #require(UpstreamReading(revision: revision).identity(try object(result)))
        #expect(identity.info["name"]?.stringValue == name)
        #expect(identity.instructions == "i")
        #expect(spelled(identity.capabilities.object) == #"{"tools":{}}"#)
        #expect(UpstreamReading(revision: revision).identity([:]) == nil)
    }
}

@Suite struct `Writing to an upstream` {
    static let params =
        #"{"name":"t","_meta":{"traceparent":"00","progressToken":"client","io.modelcontextprotocol/protocolVersion":"x","io.modelcontextprotocol/clientInfo":{"name":"c"},"io.modelcontextprotocol/logLevel":"debug","vendor/k":1.0},"arguments":{"b":1,"a":2},"context":{},"task":{},"inputResponses":{},"requestState":"s"}"#

    private let envelope = RequestEnvelope(
        capabilities: ClientCapabilities(neutral: ["roots": [:]]), clientInfo: ["name": "gw"], logLevel: .warning,
        progressToken: "u1")

    @Test func `of the stateless era puts its own envelope beside what is the client's`() throws {
        let written = UpstreamWriting(revision: .v2026_07_28).params(
            try object(Self.params), of: .toolsCall, envelope: envelope)
        #expect(
            spelled(written)
                == #"{"name":"t","_meta":{"traceparent":"00","progressToken":"u1","io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientInfo":{"name":"gw"},"io.modelcontextprotocol/logLevel":"warning","vendor/k":1.0,"io.modelcontextprotocol/clientCapabilities":{"roots":{}}},"arguments":{"b":1,"a":2},"context":{},"task":{},"inputResponses":{},"requestState":"s"}"#
        )
    }

    /// Facts 4.8: no `task` reaches an upstream that would start one; facts 1, completion context since 2025-06-18.
    @Test func `of the handshake era leaves out what is of the stateless one`() throws {
        let written = UpstreamWriting(revision: .v2025_11_25).params(
            try object(Self.params), of: .toolsCall, envelope: envelope)
        #expect(
            spelled(written)
                == #"{"name":"t","_meta":{"traceparent":"00","progressToken":"u1","vendor/k":1.0},"arguments":{"b":1,"a":2},"context":{}}"#
        )
        let bare = RequestEnvelope(capabilities: .empty)
        let old = UpstreamWriting(revision: .v2025_03_26).params(
            ["context": [:], "_meta": ["progressToken": 1]], of: .complete, envelope: bare)
        #expect(spelled(old) == "{}")
    }

    @Test func `begins a session with what the revision has`() throws {
        let capabilities = ClientCapabilities(
            neutral: try object(#"{"elicitation":{"url":{}},"sampling":{"tools":{}}}"#))
        let info = try object(#"{"name":"gw","title":"T","version":"1","icons":[]}"#)
        #expect(
            spelled(
                UpstreamWriting(revision: .v2025_06_18).initializeParams(capabilities: capabilities, clientInfo: info))
                == #"{"protocolVersion":"2025-06-18","capabilities":{"sampling":{}},"clientInfo":{"name":"gw","title":"T","version":"1"}}"#
        )
    }
}

@Suite struct `A cache hint` {
    static let hints: [(String, CacheHint)] = [
        ("{}", .none), (#"{"ttlMs":5,"cacheScope":"public"}"#, CacheHint(milliseconds: 5, scope: .everybody)),
        (#"{"ttlMs":-5,"cacheScope":"other"}"#, .none),
        (#"{"ttlMs":1e3}"#, CacheHint(milliseconds: 1000, scope: .private)),
    ]

    @Test(arguments: hints) func `is read from a result`(result: String, hint: CacheHint) throws {
        #expect(CacheHint(result: try object(result)) == hint)
    }

    @Test func `of several is the shortest, and private if one is`() {
        let open = CacheHint(milliseconds: 9, scope: .everybody)
        #expect(
            open.joined(with: CacheHint(milliseconds: 5, scope: .everybody))
                == CacheHint(milliseconds: 5, scope: .everybody))
        #expect(
            open.joined(with: CacheHint(milliseconds: 99, scope: .private))
                == CacheHint(milliseconds: 9, scope: .private))
    }
}

@Suite struct `A task` {
    static let core =
        #"{"taskId":"t","status":"working","createdAt":"c","lastUpdatedAt":"l","ttl":60000,"pollInterval":500,"x":1}"#
    static let neutral =
        #"{"taskId":"t","status":"working","createdAt":"c","lastUpdatedAt":"l","ttlMs":60000,"pollIntervalMs":500,"x":1}"#

    @Test func `has two forms with the same in them`() throws {
        #expect(spelled(TaskForm.neutral(core: try object(Self.core))) == Self.neutral)
        #expect(spelled(TaskForm.core(neutral: try object(Self.neutral))) == Self.core)
        #expect(spelled(TaskForm.neutral(core: ["taskId": "t"])) == #"{"taskId":"t","ttlMs":null}"#)
        #expect(
            spelled(TaskForm.core(neutral: ["resultType": "complete", "result": [:], "ttlMs": 1])) == #"{"ttl":1}"#)
    }

    @Test func `is started by a result that is flat in the extension`() throws {
        let started = TaskForm.started(core: try object(#"{"task":\#(Self.core),"_meta":{"k":1}}"#))
        #expect(
            spelled(started) == #"{"resultType":"task","# + Self.neutral.dropFirst().dropLast() + #","_meta":{"k":1}}"#)
        #expect(TaskForm.started(core: ["content": []]) == nil)
    }
}

@Suite struct `A notification` {
    @Test(arguments: MCPNotification.allCases) func `is known by its name`(notification: MCPNotification) {
        #expect(MCPNotification(name: notification.name) == notification)
    }

    @Test func `of another name is none`() {
        #expect(MCPNotification(name: "notifications/x") == nil)
        #expect(MCPNotification(name: "tools/list") == nil)
    }

    /// Facts 3.1.
    @Test func `goes to clients of the revisions that have it`() {
        func revisions(_ notification: MCPNotification) -> [Revision] {
            RevisionCatalog.all.filter(notification.isSentToClients)
        }
        for notification in [MCPNotification.progress, .message, .toolsListChanged, .resourceUpdated, .cancelled] {
            #expect(revisions(notification) == RevisionCatalog.all)
        }
        #expect(revisions(.elicitationComplete) == [.v2025_11_25])
        #expect(revisions(.taskStatus) == [.v2025_11_25])
        #expect(revisions(.tasks) == [.v2026_07_28])
        #expect(revisions(.subscriptionsAcknowledged) == [.v2026_07_28])
        #expect(revisions(.rootsListChanged) == [])
        #expect(
            RevisionCatalog.all.filter(MCPNotification.rootsListChanged.isSentToServers) == RevisionCatalog.handshake)
        #expect(RevisionCatalog.all.filter(MCPNotification.cancelled.isSentToServers) == RevisionCatalog.all)
        #expect(RevisionCatalog.all.filter(MCPNotification.message.isSentToServers) == [])
    }

    static let rendered: [(Revision, MCPNotification, String?, String?)] = [
        (
            .v2025_03_26, .progress, #"{"progressToken":1,"progress":0.5,"message":"m"}"#,
            #"{"progressToken":1,"progress":0.5,"message":"m"}"#
        ),
        (
            .v2024_11_05, .progress, #"{"progressToken":1,"progress":0.5,"message":"m"}"#,
            #"{"progressToken":1,"progress":0.5}"#
        ),
        (.v2025_11_25, .toolsListChanged, nil, ""),
        (.v2025_11_25, .toolsListChanged, #"{"_meta":{"io.modelcontextprotocol/subscriptionId":1}}"#, ""),
        (.v2025_11_25, .resourceUpdated, #"{"uri":"u","x":1.0}"#, #"{"uri":"u","x":1.0}"#),
        (
            .v2026_07_28, .resourceUpdated,
            #"{"uri":"u","_meta":{"k":1,"io.modelcontextprotocol/subscriptionId":"theirs"}}"#,
            #"{"uri":"u","_meta":{"k":1,"io.modelcontextprotocol/subscriptionId":"ours"}}"#
        ),
        (.v2026_07_28, .toolsListChanged, nil, #"{"_meta":{"io.modelcontextprotocol/subscriptionId":"ours"}}"#),
        (.v2026_07_28, .elicitationComplete, #"{"elicitationId":"e"}"#, nil),
    ]

    @Test(arguments: rendered) func `says what its revision has`(
        revision: Revision, kind: MCPNotification, params: String?, written: String?
    ) throws {
        let notification = ClientRendering(revision: revision)
            .notification(kind, params: try params.map { try object($0) }, subscription: "ours")
        #expect(notification.map { spelled($0.params) ?? "" } == written)
        if let notification {
            #expect(try json(text(notification.bytes))["method"]?.stringValue == kind.name)
        }
    }
}

@Suite struct `A log level` {
    @Test func `is graver the later it comes`() {
        #expect(MCPLogLevel.allCases == MCPLogLevel.allCases.sorted())
        #expect(MCPLogLevel.debug < .emergency)
        #expect(MCPLogLevel(rawValue: "verbose") == nil)
    }
}
