package import GatewayModel
package import People

/// What actions work on.
package struct AdministrationParts: Sendable {
    /// Local accounts and API keys.
    package let people: PeopleService
    /// The virtual servers of the configuration that holds now.
    package let servers: @Sendable () -> [VirtualServerDefinition]

    /// These parts.
    package init(people: PeopleService, servers: @escaping @Sendable () -> [VirtualServerDefinition]) {
        self.people = people
        self.servers = servers
    }
}
