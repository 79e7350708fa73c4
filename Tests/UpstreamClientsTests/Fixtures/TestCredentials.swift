import HTTPMessages
import JSONCoding
import Reactor
import Telemetry

@testable import UpstreamClients

/// One token for each account, `ada-1`, and the next one when it is renewed.
final class TestCredentials: UpstreamCredentials {
    private let numbers = Box<[String: Int]>([:])
    private let kept = Box<[String: UpstreamCredential]>([:])
    private let last: Int
    let renewals = Box(0)
    let refusals = Box<[UpstreamChallenge]>([])

    /// Renews up to this number.
    init(last: Int = .max) {
        self.last = last
    }

    func atHand(account: String) -> CredentialAtHand {
        if account == "nobody" { return .missing(need(.missing, account)) }
        return .ready(current(account))
    }

    func credential(
        account: String, deadline: UInt64, on loop: EventLoop
    ) async throws(UpstreamError) -> UpstreamCredential {
        if account == "nobody" { throw .connectRequired(need(.missing, account)) }
        return current(account)
    }

    func renewed(
        after refused: UpstreamCredential, _ challenge: UpstreamChallenge, account: String, deadline: UInt64,
        on loop: EventLoop
    ) async throws(UpstreamError) -> UpstreamCredential {
        guard numbers.value[account, default: 1] < last else { throw .connectRequired(need(.revoked, account)) }
        let newer = current(account)
        guard newer.secret == refused.secret else { return newer }
        renewals.add()
        numbers.change { $0[account] = $0[account, default: 1] + 1 }
        kept.change { $0[account] = nil }
        return current(account)
    }

    func refused(
        _ credential: UpstreamCredential, _ challenge: UpstreamChallenge, account: String
    ) -> UpstreamError {
        refusals.change { $0.append(challenge) }
        return .connectRequired(
            need(challenge.wantsMoreScopes ? .insufficientScope : .refused, account, challenge.scopes))
    }

    func need(_ reason: ConnectNeed.Reason, _ account: String, _ scopes: [String] = []) -> ConnectNeed {
        ConnectNeed(upstream: "test", reason: reason, isPersonal: !account.isEmpty, scopes: scopes)
    }

    private func current(_ account: String) -> UpstreamCredential {
        let number = numbers.value[account, default: 1]
        return kept.change { kept in
            if let known = kept[account] { return known }
            let made = UpstreamCredential(bearer: Secret("\(account)-\(number)"))
            kept[account] = made
            return made
        }
    }
}

/// Lets in whom `isLetIn` says; all others get 401 with this challenge.
func guarded(
    _ script: @escaping Script, status: Int = 401,
    challenge: String = #"Bearer resource_metadata="https://a.example/r", scope="x y""#,
    _ isLetIn: @escaping @Sendable (Incoming) -> Bool
) -> Script {
    { incoming in
        if isLetIn(incoming) { return await script(incoming) }
        incoming.reply(["error": "no"], status: status, (.wwwAuthenticate, challenge))
    }
}
