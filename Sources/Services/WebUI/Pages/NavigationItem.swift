package import HTTPMessages

/// A link in the header of every page.
package struct NavigationItem: Sendable {
    /// Where it leads.
    package let address: WebAddress
    /// Who sees it.
    package let access: RouteAccess
    /// What it is called.
    package let label: @Sendable (Language) -> String

    /// A link of these parts.
    package init(_ address: WebAddress, _ access: RouteAccess, label: @escaping @Sendable (Language) -> String) {
        self.address = address
        self.access = access
        self.label = label
    }
}
