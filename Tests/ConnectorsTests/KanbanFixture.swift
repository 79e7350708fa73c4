import Connectors
import JSONCoding
import Reactor
import SQLDatabase
import SQLiteDriver
import Synchronization
import Testing
import UpstreamClients

/// A board in memory whose clock and ids the test decides.
final class KanbanFixture: Sendable {
    let app: KanbanApp
    let database: SQLiteDatabase
    private let faultsSeen: Counters

    /// `sharing` puts a second board into the same database; each `idRepeats` cards in a row are offered the same id.
    init(name: String = "board", sharing other: KanbanFixture? = nil, idRepeats: UInt64 = 1) async throws {
        if let other {
            database = other.database
        } else {
            database = try await SQLiteDatabase.open(
                .memory, settings: SQLiteSettings(durability: .powerLoss), schemas: [KanbanBoard.schema],
                lane: BlockingLane(threads: 2, queueMax: 2000))
        }
        let counters = Counters()
        faultsSeen = counters
        app = KanbanApp(
            board: KanbanBoard(
                name: name, database: database, now: { counters.now() }, randomBits: { counters.next() / idRepeats }),
            version: "1.2.3", report: { counters.saw($0) })
    }

    /// What the app reported for the log.
    var faults: [SQLError] { faultsSeen.faults }

    func result(_ method: String, _ params: JSONObject = [:]) async throws -> JSONObject {
        switch await app.answer(method: method, params: params) {
        case .result(let result): return result
        case .failure(let code, let message, _): throw Unexpected(text: "\(code) \(message)")
        }
    }

    /// Calls a tool and checks what every result of a tool must be.
    func call(_ name: String, _ arguments: JSONValue? = nil) async throws -> JSONObject {
        var params: JSONObject = ["name": .string(name)]
        params["arguments"] = arguments
        let result = try await result("tools/call", params)
        #expect(result["resultType"] == "complete")
        let isError = result["isError"] == true
        let content = try #require(result["content"]?.arrayValue)
        #expect(!content.isEmpty)
        if isError {
            #expect(result["structuredContent"] == nil)
        } else {
            let value = try #require(result["structuredContent"])
            let text = try #require(content.last?["text"]?.stringValue)
            #expect(try JSONParser.parse(Array(text.utf8)) == value)
            let tool = try #require(try await tools().first { $0["name"] == .string(name) })
            let schema = try #require(tool["outputSchema"])
            #expect(SchemaCheck.problems(of: value, with: schema) == [])
        }
        return result
    }

    /// Adds a card and returns its id.
    @discardableResult
    func add(_ title: String, column: String = "todo", position: Int? = nil) async throws -> String {
        var arguments: JSONObject = ["title": .string(title), "column": .string(column)]
        arguments["position"] = position.map { .number(JSONNumber($0)) }
        let result = try await call("add", .object(arguments))
        return try #require(result["structuredContent"]?["card"]?["id"]?.stringValue)
    }

    /// The sentence of a refused call.
    func refusal(_ name: String, _ arguments: JSONValue) async throws -> String {
        let result = try await call(name, arguments)
        #expect(result["isError"] == true)
        return try #require(result["content"]?.arrayValue?.first?["text"]?.stringValue)
    }

    func tools() async throws -> [JSONValue] {
        try #require(try await result("tools/list")["tools"]?.arrayValue)
    }

    /// The titles by column, after a check that the positions are 1, 2, 3, …
    func board() async throws -> [String: [String]] {
        var titles: [String: [String]] = [:]
        var offset = 0
        repeat {
            let value = try #require(
                try await call("list", ["offset": .number(JSONNumber(offset))])["structuredContent"])
            for card in try #require(value["cards"]?.arrayValue) {
                let column = try #require(card["column"]?.stringValue)
                titles[column, default: []].append(try #require(card["title"]?.stringValue))
                #expect(card["position"]?.integer == titles[column]?.count)
            }
            offset = value["nextOffset"]?.integer ?? 0
        } while offset > 0
        return titles
    }
}

struct Unexpected: Error {
    let text: String
}

/// A clock that goes one second further at each look, random bits that count, and the faults that were reported.
private final class Counters: Sendable {
    private let seconds = Mutex<Int>(1_785_283_200)
    private let bits = Mutex<UInt64>(0)
    private let seen = Mutex<[SQLError]>([])

    var faults: [SQLError] { seen.withLock { $0 } }

    func now() -> Duration {
        .seconds(
            seconds.withLock { seconds in
                defer { seconds += 1 }
                return seconds
            })
    }

    func next() -> UInt64 {
        bits.withLock { bits in
            defer { bits += 1 }
            return bits
        }
    }

    func saw(_ fault: SQLError) {
        seen.withLock { $0.append(fault) }
    }
}
