import JSONCoding
import Testing

@Suite struct `A Kanban board` {
    let fixture: KanbanFixture

    init() async throws {
        fixture = try await KanbanFixture()
    }

    @Test func `is empty at first`() async throws {
        let result = try await fixture.call("list")
        #expect(result["content"]?.arrayValue?.first?["text"] == "The board has To do 0, Doing 0, Done 0.")
        #expect(result["structuredContent"]?["cards"] == [])
        #expect(result["structuredContent"]?["total"] == 0)
    }

    @Test func `takes a card with all that belongs to it`() async throws {
        let result = try await fixture.call(
            "add", ["title": " Buy milk ", "notes": "Two litres,\noat", "column": "doing", "position": 9])
        #expect(
            result["structuredContent"] == [
                "card": [
                    "id": "00000000", "column": "doing", "position": 1, "title": "Buy milk",
                    "notes": "Two litres,\noat", "createdAt": "2026-07-29T00:00:00Z",
                    "updatedAt": "2026-07-29T00:00:00Z",
                ]
            ])
        #expect(
            result["content"]?.arrayValue?.first?["text"]
                == "Added \"Buy milk\" to Doing, position 1, id 00000000.")
        #expect(try await fixture.board() == ["doing": ["Buy milk"]])
    }

    @Test func `puts a card at the bottom of todo unless told otherwise`() async throws {
        for title in ["a", "b"] { _ = try await fixture.call("add", ["title": .string(title)]) }
        try await fixture.add("c", position: 1)
        try await fixture.add("d", position: 2)
        #expect(try await fixture.board() == ["todo": ["c", "d", "a", "b"]])
    }

    @Test(
        arguments: [
            ("todo", 1, ["b", "a", "c"], []), ("todo", 2, ["a", "b", "c"], []), ("todo", 3, ["a", "c", "b"], []),
            ("todo", nil, ["a", "c", "b"], []), ("todo", 1000, ["a", "c", "b"], []),
            ("doing", 1, ["a", "c"], ["b", "x"]), ("doing", nil, ["a", "c"], ["x", "b"]),
            ("doing", 2, ["a", "c"], ["x", "b"]),
        ] as [(String, Int?, [String], [String])])
    func `moves a card to its place`(
        column: String, position: Int?, todo: [String], doing: [String]
    ) async throws {
        try await fixture.add("a")
        let id = try await fixture.add("b")
        try await fixture.add("c")
        try await fixture.add("x", column: "doing")
        var arguments: JSONObject = ["id": .string(id), "column": .string(column)]
        arguments["position"] = position.map { .number(JSONNumber($0)) }
        for _ in 1...2 {
            // The second time changes nothing: the hint says that it is idempotent.
            _ = try await fixture.call("move", .object(arguments))
            #expect(try await fixture.board() == ["todo": todo, "doing": doing.isEmpty ? ["x"] : doing])
        }
    }

    @Test func `knows when a card was changed`() async throws {
        let id = try await fixture.add("a")
        try await fixture.add("b")
        let moved = try await fixture.call("move", ["id": .string(id), "column": "done"])
        #expect(moved["structuredContent"]?["card"]?["createdAt"] == "2026-07-29T00:00:00Z")
        #expect(moved["structuredContent"]?["card"]?["updatedAt"] == "2026-07-29T00:00:02Z")
        let stayed = try await fixture.call("move", ["id": .string(id), "column": "done", "position": 1])
        #expect(stayed["structuredContent"]?["card"]?["updatedAt"] == "2026-07-29T00:00:02Z")
    }

    @Test func `loses a card that is removed and closes the gap`() async throws {
        try await fixture.add("a")
        let id = try await fixture.add("b")
        try await fixture.add("c")
        let result = try await fixture.call("remove", ["id": .string(id)])
        #expect(result["structuredContent"]?["removed"]?["title"] == "b")
        #expect(try await fixture.board() == ["todo": ["a", "c"]])
        let sentence = try await fixture.refusal("remove", ["id": .string(id)])
        #expect(
            sentence == "There is no card with the id \"\(id)\"; call list to see the cards and their ids.")
    }

    @Test func `keeps hostile text as text`() async throws {
        let title = "<img src=x onerror=alert(1)> '; DROP TABLE kanban_cards; -- \u{202E}\"</script>"
        try await fixture.add(title)
        #expect(try await fixture.board() == ["todo": [title]])
    }

    @Test func `stays apart from another board in the same database`() async throws {
        let other = try await KanbanFixture(name: "other", sharing: fixture)
        let id = try await fixture.add("mine")
        try await other.add("theirs")
        #expect(try await other.board() == ["todo": ["theirs"]])
        let foreign = try await other.add("third")
        #expect(foreign != id)
        #expect(try await fixture.refusal("remove", ["id": .string(foreign)]).hasPrefix("There is no card"))
    }

    @Test func `gives every card an id of its own when chance repeats itself`() async throws {
        let fixture = try await KanbanFixture(idRepeats: 3)
        var ids: Set<String> = []
        for number in 0..<10 { ids.insert(try await fixture.add("\(number)")) }
        #expect(ids.count == 10)
    }

    @Test func `stays in order when many move at the same time`() async throws {
        var ids: [String] = []
        for number in 0..<12 { ids.append(try await fixture.add("\(number)")) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (number, id) in (ids + ids + ids).enumerated() {
                let arguments: JSONValue = [
                    "id": .string(id), "column": .string(["todo", "doing", "done"][number % 3]),
                    "position": .number(JSONNumber(number % 5 + 1)),
                ]
                group.addTask { [fixture] in _ = try await fixture.call("move", arguments) }
            }
            try await group.waitForAll()
        }
        // `board` checks that the positions in each column are 1, 2, 3, …
        let titles = try await fixture.board().values.joined().sorted()
        #expect(titles == (0..<12).map(String.init).sorted())
    }

    @Test func `takes as many cards as it says and not one more`() async throws {
        for number in 1...1000 {
            _ = try await fixture.result(
                "tools/call", ["name": "add", "arguments": ["title": "card \(number)"]])
        }
        let sentence = try await fixture.refusal("add", ["title": "one too many"])
        #expect(
            sentence == "The board is full: it takes 1000 cards; remove some that are done, then add again.")
        let first = try await fixture.call("list")
        #expect(first["structuredContent"]?["cards"]?.arrayValue?.count == 200)
        #expect(first["structuredContent"]?["nextOffset"] == 200)
        #expect(
            first["content"]?.arrayValue?.first?["text"]
                == """
                The board has To do 1000, Doing 0, Done 0. Cards 1 to 200 of 1000 follow; the next part is at offset 200.
                """)
        #expect(try await fixture.board()["todo"]?.count == 1000)
        let behind = try await fixture.call("list", ["offset": 1000])
        #expect(behind["structuredContent"]?["cards"] == [])
        #expect(behind["structuredContent"]?["nextOffset"] == nil)
    }

    @Test func `lists no more text than a client takes`() async throws {
        // 20 cards of 2,000 characters are the bound; the twenty-first goes to the next part.
        let notes = String(repeating: "ä", count: 1999)
        for _ in 0..<21 {
            _ = try await fixture.call("add", ["title": "x", "notes": .string(notes)])
        }
        let first = try await fixture.call("list")
        #expect(first["structuredContent"]?["cards"]?.arrayValue?.count == 20)
        #expect(first["structuredContent"]?["nextOffset"] == 20)
        let text = String(decoding: JSONWriter.bytes(of: .object(first)), as: UTF8.self)
        #expect(text.unicodeScalars.count < 150_000, "Claude takes no longer result")
        #expect(try await fixture.board()["todo"]?.count == 21)
    }

    @Test func `lists one column when asked`() async throws {
        try await fixture.add("a")
        try await fixture.add("b", column: "done")
        let value = try #require(try await fixture.call("list", ["column": "done"])["structuredContent"])
        #expect(value["cards"]?.arrayValue?.map { $0["title"] } == ["b"])
        #expect(value["column"] == "done")
        #expect(value["total"] == 1)
        #expect(value["columns"]?.arrayValue?.map { $0["count"] } == [1, 0, 1])
    }
}

@Suite struct `An argument of a Kanban tool` {
    let fixture: KanbanFixture

    init() async throws {
        fixture = try await KanbanFixture()
    }

    static let long = String(repeating: "ä", count: 201)

    @Test(
        arguments: [
            ("add", [:], "\"title\" is missing; give one line of text with 1 to 200 characters."),
            ("add", ["title": 5], "\"title\" must be one line of text with 1 to 200 characters; it was 5."),
            ("add", ["title": .null], "\"title\" must be one line of text with 1 to 200 characters; it was null."),
            ("add", ["title": []], "it was an array."),
            ("add", ["title": " \n "], "it was empty."),
            ("add", ["title": "a\nb"], "it was text with line breaks or control characters."),
            ("add", ["title": "a\u{2028}b"], "it was text with line breaks or control characters."),
            ("add", ["title": "a\u{0}b"], "it was text with line breaks or control characters."),
            ("add", ["title": .string(long)], "it was 201 characters long."),
            ("add", ["title": "x", "notes": "a\u{0}b"], "it was text with control characters."),
            (
                "add", ["title": "x", "notes": true],
                "\"notes\" must be text with at most 2000 characters; it was true."
            ),
            (
                "add", ["title": "x", "column": "later"],
                "\"column\" must be one of todo, doing, done; it was \"later\"."
            ),
            ("add", ["title": "x", "column": "Todo"], "it was \"Todo\"."),
            ("add", ["title": "x", "position": 0], "\"position\" must be a whole number from 1 to 1000; it was 0."),
            ("add", ["title": "x", "position": 1001], "it was 1001."),
            ("add", ["title": "x", "position": 1.5], "it was 1.5."),
            ("add", ["title": "x", "position": "1"], "it was \"1\"."),
            (
                "add", ["title": "x", "titel": "y"],
                "no argument \"titel\"; this tool takes title, notes, column, position."
            ),
            ("add", ["title": "x", "title": "y"], "\"title\" stands there twice; give it once."),
            ("move", ["id": "x"], "\"column\" is missing; give one of todo, doing, done."),
            ("move", ["column": "done"], "\"id\" is missing;"),
            ("move", ["id": "nobody", "column": "done"], "no card with the id \"nobody\"; call list"),
            ("remove", ["id": .string(long)], "\"id\" must be one line of text with 1 to 64 characters;"),
            ("list", ["offset": -1], "\"offset\" must be a whole number from 0 to 1000; it was -1."),
            ("list", ["limit": 201], "\"limit\" must be a whole number from 1 to 200; it was 201."),
        ] as [(String, JSONValue, String)])
    func `that is wrong is named`(tool: String, arguments: JSONValue, expected: String) async throws {
        let sentence = try await fixture.refusal(tool, arguments)
        #expect(sentence.contains(expected), "\(sentence)")
        #expect(try await fixture.board() == [:], "nothing was done")
    }

    @Test(
        arguments: [
            ["title": .string(String(repeating: "ä", count: 200))],
            ["title": "x", "notes": .string(String(repeating: "🦊", count: 2000))],
            ["title": "x", "position": 1000], ["title": "x", "position": 1.0], ["title": "x", "notes": "a\r\n\tb"],
            ["title": "x", "notes": ""], ["title": "👩‍👩‍👧‍👦"],
        ] as [JSONValue])
    func `at its bound is taken`(arguments: JSONValue) async throws {
        #expect(try await fixture.call("add", arguments)["isError"] == false)
    }

    @Test func `of 2,001 characters is too long for notes`() async throws {
        let sentence = try await fixture.refusal(
            "add", ["title": "x", "notes": .string(String(repeating: "🦊", count: 2001))])
        #expect(sentence.hasSuffix("it was 2001 characters long."))
    }
}
