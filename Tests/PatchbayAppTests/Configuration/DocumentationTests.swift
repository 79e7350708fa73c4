import Foundation
import GatewayModel
import Testing

// Quantities are spelled as the reader of the configuration spells them, which is internal to it.
@testable import PatchbayApp

@Suite struct `The documentation of the configuration` {
    @Test(arguments: GatewayLimits.rows.map(\.name))
    func `has the row of each limit`(name: String) throws {
        let row = try #require(GatewayLimits.rows.first { $0.name == name })
        let page = try text("docs/configuration.md")
        #expect(page.contains("\n\(line(of: row))\n"), "missing: \(line(of: row))")
    }

    @Test func `shows an example that is accepted`() throws {
        let example = try text("examples/patchbay.yaml")
        #expect(mistakes(example) == [])
        let uncommented = example.replacingOccurrences(of: "# tls:", with: "tls:")
            .replacingOccurrences(of: "# publicURL:", with: "publicURL:")
            .replacingOccurrences(of: "# origins:", with: "origins:")
        #expect(mistakes(uncommented) == [])
        #expect(try configuration(uncommented).tls != nil)
    }

    private func line(of row: GatewayLimitRow) -> String {
        let (value, from, to): (String, String, String) =
            switch row.field {
            case .bytes(let property, let range):
                (
                    Quantity.spelled(bytes: GatewayLimits()[keyPath: property]),
                    Quantity.spelled(bytes: range.lowerBound), Quantity.spelled(bytes: range.upperBound)
                )
            case .count(let property, let range):
                ("\(GatewayLimits()[keyPath: property])", "\(range.lowerBound)", "\(range.upperBound)")
            case .time(let property, let range):
                (
                    Quantity.spelled(time: GatewayLimits()[keyPath: property]),
                    Quantity.spelled(time: range.lowerBound), Quantity.spelled(time: range.upperBound)
                )
            }
        return "| `\(row.name)` | \(value) | \(from) to \(to) | \(row.reason) |"
    }

    private func text(_ path: String) throws -> String {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        return try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }
}
