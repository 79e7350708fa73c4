import Telemetry
import Testing

@Suite struct `A secret` {
    private let secret = Secret("hunter2")

    @Test func `shows itself neither by description nor by reflection nor inside another value`() {
        struct Holder { let key: Secret<String> }
        var dumped = ""
        dump(secret, to: &dumped)
        dump(Holder(key: secret), to: &dumped)
        let shown = [
            "\(secret)", String(describing: secret), String(reflecting: secret), "\(Holder(key: secret))",
            "\([secret])",
            "\(Optional(secret) as Any)", dumped, "\(["k": Secret(Array("hunter2".utf8))])",
        ]
        for text in shown {
            #expect(!text.contains("hunter2") && !text.contains("104"))
            #expect(text.contains("secret"))
        }
        #expect(Mirror(reflecting: secret).children.isEmpty)
    }

    @Test func `cannot be encoded`() {
        #expect(!((secret as Any) is any Encodable))
    }

    @Test func `is equal by bytes`() {
        #expect(Secret("abc") == Secret("abc"))
        #expect(Secret("abc") != Secret("abd"))
        #expect(Secret("abc") != Secret("ab"))
        #expect(Secret("") == Secret(""))
        #expect(Secret("\u{E9}") != Secret("e\u{301}"))
        #expect(Secret<[UInt8]>([1, 2]) == Secret([1, 2]))
        #expect(Secret<[UInt8]>([1, 2]) != Secret([2, 2]))
    }

    @Test func `gives its value to those who ask for it by name`() {
        #expect(secret.exposed == "hunter2")
    }
}
