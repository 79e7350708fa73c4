/// Where the last known inventories of upstreams outlive the process, so that a list can be answered after a restart while
/// an upstream is slow or away.
package protocol InventoryKeeping: Sendable {
    /// What was kept for an upstream, if its configuration is still the one it was kept under.
    func inventory(of upstream: String, configuration digest: String) -> [UInt8]?

    /// Keeps an inventory in place of the one before; does not wait for the disk.
    func keep(_ inventory: [UInt8], of upstream: String, configuration digest: String)
}

/// Keeps nothing: for tests, and for gateways without a store.
package struct NoInventoryKeeping: InventoryKeeping {
    /// The one there is.
    package init() {}

    /// Nothing was kept.
    package func inventory(of upstream: String, configuration digest: String) -> [UInt8]? { nil }

    /// Forgets it at once.
    package func keep(_ inventory: [UInt8], of upstream: String, configuration digest: String) {}
}
