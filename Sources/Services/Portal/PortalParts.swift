package import ClientGuides
package import WebUI

/// What the pages ask of others.
package struct PortalParts: Sendable {
    /// The servers that a person may use, in the operator's order; without a person those that need none.
    package let servers: @Sendable (_ person: SignedInPerson?) -> [CatalogEntry]

    /// These answers.
    package init(servers: @escaping @Sendable (_ person: SignedInPerson?) -> [CatalogEntry]) {
        self.servers = servers
    }
}

/// A virtual server as the catalog shows it.
package struct CatalogEntry: Sendable, Hashable {
    /// Its place in addresses.
    package let slug: String
    /// Its title and address.
    package let target: ConnectTarget

    /// An entry of these parts.
    package init(slug: String, target: ConnectTarget) {
        self.slug = slug
        self.target = target
    }
}
