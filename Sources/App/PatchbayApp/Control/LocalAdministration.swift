import Administration
import Cryptography
import GatewayModel
import JSONCoding
import People
import Reactor

/// Does an action in this process.
enum LocalAdministration {
    /// With parts that are there: in the gateway.
    static func answer(_ name: String, _ arguments: JSONObject, _ parts: AdministrationParts) async -> ControlAnswer {
        do throws(AdministrationError) {
            return .done(try await AdministrationAction.run(name, arguments, parts))
        } catch {
            return .refused(error.sentence)
        }
    }

    /// In the data folder of a configuration, while no gateway runs: nobody has to hear of it.
    static func perform(_ name: String, _ arguments: JSONObject, _ configuration: Configuration) async -> ControlAnswer
    {
        let databaseLane = BlockingLane(threads: 1, queueMax: 100)
        let lane = BlockingLane(threads: 1, queueMax: 100)
        defer {
            databaseLane.shutDown()
            lane.shutDown()
        }
        do {
            let data = try await DataFolder.open(configuration.dataFolder, lane: databaseLane)
            let people = try PeopleService(
                stores: data.stores, lane: lane, keys: data.keys, news: .nobody, now: DataFolder.now)
            let servers = configuration.snapshot().servers
            let answer = await answer(name, arguments, AdministrationParts(people: people, servers: { servers }))
            await data.close()
            return answer
        } catch let error as StartError {
            return .refused(error.reason)
        } catch let error as CryptographyError {
            return .refused(error.sentence)
        } catch {
            return .refused("\(error)")
        }
    }
}
