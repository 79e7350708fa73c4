import JSONCoding
import Testing

@Suite struct `A JSON writer` {
    @Test func `puts the commas in by itself`() throws {
        var writer = JSONWriter()
        writer.reserve(200)
        writer.beginObject()
        writer.key("jsonrpc")
        writer.constant("2.0")
        writer.key("id")
        writer.raw(bytes("1e2"))
        writer.key(named: "list\n")
        writer.beginArray()
        writer.integer(.min)
        writer.integer(0)
        writer.beginObject()
        writer.endObject()
        writer.beginArray()
        writer.endArray()
        writer.bool(true)
        writer.null()
        writer.string("é\"")
        writer.value(["a": [1, 2]])
        writer.raw("[null]")
        writer.endArray()
        writer.key("last")
        writer.bool(false)
        writer.endObject()
        #expect(
            String(decoding: writer.bytes, as: UTF8.self)
                == #"{"jsonrpc":"2.0","id":1e2,"list\n":[-9223372036854775808,0,{},[],true,null,"é\"",{"a":[1,2]},[null]],"last":false}"#
        )
        #expect(throws: Never.self) { try JSONParser.parse(writer.bytes) }
    }

    @Test func `continues behind bytes that are there`() {
        var writer = JSONWriter(appendingTo: bytes("data: "))
        writer.integer(7)
        #expect(writer.bytes == bytes("data: 7"))
    }

    @Test func `escapes what must be and nothing else`() {
        var text: [UInt8] = []
        JSONWriter.appendString("\u{0}\u{1F}\u{8}\u{C}\n\r\t\"\\/\u{7F}é\u{2028}😀 plain text that is longer", to: &text)
        #expect(
            String(decoding: text, as: UTF8.self)
                == #""\u0000\u001f\b\f\n\r\t\"\\/\#u{7F}é\#u{2028}😀 plain text that is longer""#)
    }

    @Test(arguments: 0..<20) func `escapes at each place of a word`(place: Int) throws {
        for character in ["\"", "\\", "\n", "é", "\u{1}"] {
            let string = String(repeating: "x", count: place) + character + String(repeating: "y", count: 20 - place)
            var text: [UInt8] = []
            JSONWriter.appendString(string, to: &text)
            #expect(try JSONParser.parse(text) == .string(string))
        }
    }

    @Test func `writes names with their colon`() {
        var text: [UInt8] = []
        JSONWriter.appendKey("a\"b", to: &text)
        JSONWriter.appendInteger(-10, to: &text)
        JSONWriter.appendRaw(",", to: &text)
        #expect(String(decoding: text, as: UTF8.self) == #""a\"b":-10,"#)
    }
}

@Suite struct `A splice` {
    static let message = bytes(#"{"id":1,"params":{"name":"a_b"}}"#)

    @Test func `without changes is the message`() {
        #expect(JSONSplice().applied(to: Self.message) == Self.message)
    }

    @Test func `replaces ranges and leaves all else`() {
        var splice = JSONSplice()
        splice.replace(6..<7, with: bytes("\"long id\""))
        splice.replace(25..<30, with: bytes(#""b""#))
        splice.replace(30..<30, with: bytes(#","x":1"#))
        let changed = splice.applied(to: Self.message)
        #expect(String(decoding: changed, as: UTF8.self) == #"{"id":"long id","params":{"name":"b","x":1}}"#)
        #expect(splice.byteCount(of: Self.message) == changed.count)
        var behind = bytes("head ")
        splice.append(Self.message, to: &behind)
        #expect(behind == bytes("head ") + changed)
    }

    @Test func `has room for eight changes`() {
        var splice = JSONSplice()
        for place in 0..<JSONSplice.editsMax { splice.replace(place..<place + 1, with: []) }
        #expect(splice.applied(to: Self.message) == Array(Self.message[8...]))
    }

    @Test func `refuses a ninth`() async {
        await #expect(processExitsWith: .failure) {
            var splice = JSONSplice()
            for place in 0...JSONSplice.editsMax { splice.replace(place..<place + 1, with: []) }
        }
    }

    @Test func `refuses changes that lie in each other`() async {
        await #expect(processExitsWith: .failure) {
            var splice = JSONSplice()
            splice.replace(2..<5, with: [])
            splice.replace(4..<6, with: [])
        }
    }
}
