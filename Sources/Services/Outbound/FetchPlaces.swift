import GatewayModel
import Synchronization

/// Counts the fetches under way, by purpose and by host. A class because all fetches share the counts.
final class FetchPlaces: Sendable {
    private struct Key: Hashable {
        var purpose: FetchPurpose
        var host: HTTPHost?
    }

    private let settings: FetchSettings
    private let taken = Mutex<[Key: Int]>([:])

    init(_ settings: FetchSettings) {
        self.settings = settings
    }

    /// Takes a place for a fetch; who was given one gives it back.
    func take(_ purpose: FetchPurpose, host: HTTPHost) throws(FetchError) {
        let everybody = Key(purpose: purpose)
        let own = Key(purpose: purpose, host: host)
        let (all, perHost) = (settings.fetchesMax, settings.fetchesPerHostMax)
        let limit: Int? = taken.withLock { taken in
            if taken[everybody, default: 0] >= all { return all }
            if taken[own, default: 0] >= perHost { return perHost }
            taken[everybody, default: 0] += 1
            taken[own, default: 0] += 1
            return nil
        }
        if let limit { throw .busy(limit: limit) }
    }

    /// Gives a place back.
    func giveBack(_ purpose: FetchPurpose, host: HTTPHost) {
        taken.withLock { taken in
            for key in [Key(purpose: purpose), Key(purpose: purpose, host: host)] {
                let count = taken[key, default: 1] - 1
                taken[key] = count == 0 ? nil : count
            }
        }
    }
}
