import JSONCoding
import MCPWire
import Reactor
import UpstreamClients

/// Requests of a client of the stateless era.
extension Bridge {
    func answer(stateless message: BridgeMessage, _ client: BridgeClient) async {
        switch message.method {
        case .discover:
            await begin(message, client) { [self] call in
                do throws(UpstreamError) {
                    await call.respond(client.rendering.discoverResult(try await identity(), hint: .none))
                } catch {
                    await call.respond(.failure(MCPFailure(.internalError, error.advice(upstream: serverName))))
                }
            }
        case .subscriptionsListen: await listen(message, client)
        default:
            let isRetry = await parked.take(retry: message) { await fail(message.id, $0) }
            if !isRetry { await forward(message, client) }
        }
    }

    /// Tells what changes until the client cancels the request: the acknowledgement first, when the server is watched, and then
    /// only what it names.
    private func listen(_ message: BridgeMessage, _ client: BridgeClient) async {
        let wanted = message.params["notifications"]?.objectValue ?? JSONObject()
        await begin(message, client) { [self] call in
            do throws(UpstreamError) {
                let interest = interest(wanted, try await identity().capabilities)
                let id = message.object["id"]
                let acknowledgement = client.rendering.notification(
                    .subscriptionsAcknowledged, params: ["notifications": .object(honoured(interest))], subscription: id
                )
                await BridgeWatch(
                    bridge: self, interest: interest, client: { client }, acknowledgement: acknowledgement?.bytes,
                    subscription: id
                ).run()
            } catch {
                await call.respond(.failure(MCPFailure(.internalError, error.advice(upstream: serverName))))
            }
        }
    }

    private func interest(_ wanted: JSONObject, _ server: ServerCapabilities) -> WatchInterest {
        var interest = WatchInterest()
        interest.tools = wanted["toolsListChanged"] == true && server.announcesChanges(of: "tools")
        interest.prompts = wanted["promptsListChanged"] == true && server.announcesChanges(of: "prompts")
        interest.resources = wanted["resourcesListChanged"] == true && server.announcesChanges(of: "resources")
        if server.watchesResources {
            let uris = wanted["resourceSubscriptions"]?.arrayValue?.compactMap(\.stringValue) ?? []
            interest.resourceURIs = Set(uris.prefix(BridgeSession.subscriptionsMax))
        }
        interest.taskIDs = Set(wanted["taskIds"]?.arrayValue?.compactMap(\.stringValue) ?? [])
        return interest
    }

    private func honoured(_ interest: WatchInterest) -> JSONObject {
        var honoured = JSONObject()
        if interest.tools { honoured["toolsListChanged"] = true }
        if interest.prompts { honoured["promptsListChanged"] = true }
        if interest.resources { honoured["resourcesListChanged"] = true }
        if !interest.resourceURIs.isEmpty {
            honoured["resourceSubscriptions"] = .array(interest.resourceURIs.sorted().map { .string($0) })
        }
        if !interest.taskIDs.isEmpty { honoured["taskIds"] = .array(interest.taskIDs.sorted().map { .string($0) }) }
        return honoured
    }
}
