import Testing

@testable import PatchbayApp

@Suite struct `A quantity` {
    @Test(
        arguments: [
            ("0", 0), ("4096", 4096), ("12B", 12), ("64KiB", 65_536), ("10MiB", 10_485_760), ("1GiB", 1_073_741_824),
            ("10MB", nil), ("10 MiB", nil), ("-1", nil), ("1.5MiB", nil), ("MiB", nil), ("", nil), ("10mib", nil),
            ("9223372036854775807GiB", nil), ("99999999999999999999", nil),
        ] as [(String, Int?)])
    func `of bytes has one reading`(text: String, bytes: Int?) {
        #expect(Quantity.bytes(text) == bytes)
    }

    @Test(
        arguments: [
            ("250ms", .milliseconds(250)), ("0s", .zero), ("30s", .seconds(30)), ("5m", .seconds(300)),
            ("2h", .seconds(7200)),
            ("90d", .seconds(7_776_000)), ("30", nil), ("1h30m", nil), ("-5s", nil), ("5 s", nil), ("5S", nil),
            ("s", nil),
            ("1000000000001s", nil),
        ] as [(String, Duration?)])
    func `of time always has a unit`(text: String, time: Duration?) {
        #expect(Quantity.time(text) == time)
    }

    @Test func `is spelled so that it reads back`() {
        for bytes in [0, 1, 1023, 1024, 1025, 65_536, 10_485_760, 1 << 30] {
            #expect(Quantity.bytes(Quantity.spelled(bytes: bytes)) == bytes)
        }
        for milliseconds in [0, 1, 999, 1000, 1001, 60_000, 90_000, 3_600_000, 86_400_000] {
            #expect(Quantity.time(Quantity.spelled(time: .milliseconds(milliseconds))) == .milliseconds(milliseconds))
        }
    }
}
