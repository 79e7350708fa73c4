/// The time of the store, since 1970-01-01 UTC: what is kept outlives the process, so no other clock would do.
package typealias StorageClock = @Sendable () -> Duration
