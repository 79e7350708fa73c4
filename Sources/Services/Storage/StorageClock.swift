/// The time of the store, since 1970-01-01 UTC: what is kept outlives the process, so no other clock would do.
package typealias StorageClock = @Sendable () -> Duration

extension Duration {
    /// As it stands in a column.
    var wholeMilliseconds: Int64 {
        components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
    }
}
