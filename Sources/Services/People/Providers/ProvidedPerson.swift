import GatewayModel
import JSONCoding
import OAuthRules

/// Somebody as a provider describes them at this sign-in.
struct ProvidedPerson: Sendable, Hashable {
    /// Its name for them, which never changes.
    let subject: String
    /// What an account of theirs may be called, the best first.
    let names: [String]
    /// For showing; nobody is found by it.
    let email: String?
    /// The groups, where the provider is asked for them.
    let groups: GroupNames?
    /// The role, where groups give it.
    let role: UserRole?

    /// Reads the claims of an ID token that was checked, and what the provider says besides.
    init(_ claims: TokenClaims, _ info: JSONObject?, of provider: IdentityProvider) throws(ProviderProblem) {
        let sources = [claims.all] + (info.map { [$0] } ?? [])
        func text(_ name: String) -> String? {
            sources.lazy.compactMap { $0[name]?.stringValue }.first { (1...256).contains($0.utf8.count) }
        }
        subject = try IDTokenRules.subject(claims)
        let address = text("email")
        email = address
        names = [text("preferred_username"), address, text("name"), subject].compactMap { $0 }
        if !provider.emailDomains.isEmpty { try Self.check(address, sources, provider) }
        var all: Set<String> = []
        if let claim = provider.groupsClaim {
            // A missing claim means none (F086); what has control characters or no end is nobody's group.
            let found = sources.lazy.compactMap { Self.groups(claim, in: $0) }.first ?? []
            all = Set(found.filter { (try? GroupNames([$0])) != nil })
            do throws(PeopleError) {
                groups = try GroupNames(all)
            } catch {
                throw .notAdmitted(
                    "somebody is in \(all.count) groups, and \(GroupNames.countMax) are taken; let the provider send fewer"
                )
            }
        } else {
            groups = nil
        }
        role = provider.roles.isEmpty ? nil : provider.role(of: all)
    }

    /// Whether something is missing that the provider may say at its userinfo endpoint.
    static func isIncomplete(_ claims: TokenClaims, for provider: IdentityProvider) -> Bool {
        if claims.all["email"] == nil { return true }
        return provider.groupsClaim.map { groups($0, in: claims.all) == nil } ?? false
    }

    /// The claim by its whole name, which may be a URL; else by the names of a path, as in `realm_access.roles`.
    private static func groups(_ claim: String, in object: JSONObject) -> [String]? {
        var value = object[claim]
        if value == nil, claim.utf8.contains(UInt8(ascii: ".")) {
            value = claim.split(separator: ".").reduce(JSONValue?.some(.object(object))) { $0?[String($1)] }
        }
        switch value {
        case .string(let text)?: return [text]
        case .array(let items)?: return items.prefix(1_000).compactMap(\.stringValue)
        default: return nil
        }
    }

    /// Only an address that the provider has verified says anything about its owner. Some send the flag as a text.
    private static func check(
        _ address: String?, _ sources: [JSONObject], _ provider: IdentityProvider
    ) throws(ProviderProblem) {
        let source = sources.first { $0["email"]?.stringValue == address && address != nil }
        let flag = source?["email_verified"]
        guard let address, flag == .bool(true) || flag == .string("true") else {
            throw .notAdmitted("somebody came without a verified e-mail address")
        }
        let domain = address.lowercased().split(separator: "@", omittingEmptySubsequences: false)
        guard domain.count == 2, provider.emailDomains.contains(String(domain[1])) else {
            throw .notAdmitted("somebody came with an e-mail address that is not in emailDomains")
        }
    }
}
