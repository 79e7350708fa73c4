/// What a client may do on a person's behalf: one fixed vocabulary for all virtual servers, frozen for good, because clients
/// that are connected never see a changed one (rulings 5.3). Which server a token is for is its audience's affair.
package struct AccessScopes: OptionSet, Sendable, Hashable {
    /// One bit for each scope.
    package let rawValue: UInt8

    package init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// `mcp:read`: tools with `readOnlyHint`, resources, prompts.
    package static let read = AccessScopes(rawValue: 1)
    /// `mcp:write`: all other tools.
    package static let write = AccessScopes(rawValue: 2)
    /// Everything there is.
    package static let all: AccessScopes = [.read, .write]

    /// The scopes as they travel, in the order in which they are always written.
    package static let names: [(name: String, scope: AccessScopes)] = [("mcp:read", .read), ("mcp:write", .write)]

    /// The scope of a name; nothing for a name that is not of the vocabulary.
    package init?(name: some StringProtocol) {
        guard let found = Self.names.first(where: { $0.name == name }) else { return nil }
        self = found.scope
    }

    /// The names, separated by spaces.
    package var text: String {
        Self.names.filter { contains($0.scope) }.map(\.name).joined(separator: " ")
    }
}
