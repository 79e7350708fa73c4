import Connections
import GatewayModel
import Telemetry
import WebUI

extension ConnectionView {
    /// A row of the page out of what the vault says.
    init(_ row: UpstreamConnection) {
        let state: State
        switch row.state {
        case .notNeeded: state = .notNeeded
        case .byOperator: state = .byOperator
        case .connected: state = .connected(account: row.account)
        // Why is written for operators.
        case .reconnect: state = .reconnect(problem: nil)
        case .missing: state = .missing
        }
        self.init(
            upstream: row.upstream.text, title: row.upstream.text, state: state,
            // What the operator connects for everybody stands in nobody's way here.
            isRequired: row.isRequired && row.auth == .personal, scopes: row.scopes, since: row.since.map(Self.day))
    }

    private static func day(_ seconds: Int64) -> String {
        var line: [UInt8] = []
        Timestamp(seconds: seconds).append(to: &line)
        return String(decoding: line.prefix { $0 != UInt8(ascii: "T") }, as: UTF8.self)
    }
}
