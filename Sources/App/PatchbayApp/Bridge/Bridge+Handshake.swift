import JSONCoding
import MCPWire
import Reactor
import UpstreamClients

/// Requests of a client of the handshake era.
extension Bridge {
    func answer(handshake message: BridgeMessage) async {
        switch message.method {
        case .initialize: await begin(session: message)
        case .ping: await answer(message.id, JSONObject())
        default: await answer(message, session)
        }
    }

    /// The server is asked who it is first, because that is what the client wants to know.
    private func begin(session message: BridgeMessage) async {
        let revision = HandshakeOffer(offered: message.params["protocolVersion"]?.stringValue ?? "").answered
        let client = BridgeClient(
            revision: revision,
            capabilities: ClientCapabilities(message.params["capabilities"]?.objectValue ?? JSONObject(), of: revision),
            info: message.params["clientInfo"]?.objectValue)
        await begin(message, client) { [self] call in
            do throws(UpstreamError) {
                let identity = try await identity()
                start(BridgeSession(client, server: identity.capabilities, bridge: self))
                await call.respond(client.rendering.initializeResult(identity))
            } catch {
                await call.respond(.failure(MCPFailure(.internalError, error.advice(upstream: serverName))))
            }
        }
    }

    /// What the client is told of the server.
    func identity() async throws(UpstreamError) -> ServerIdentity {
        let deadline = monotonicNanoseconds() &+ settings.callTime.inNanoseconds
        let description = try await server.describe(.shared, deadline: deadline, on: loop)
        let capabilities = ServerCapabilities(description.capabilities, of: description.revision)
        return ServerIdentity(
            info: description.serverInfo, capabilities: capabilities, instructions: description.instructions)
    }

    private func answer(_ message: BridgeMessage, _ session: BridgeSession?) async {
        guard let session else {
            // Some clients begin with a call; a session that asks nothing of them is what they can have.
            let client = BridgeClient(revision: RevisionCatalog.handshakeFallback, capabilities: .empty, info: nil)
            return await forward(message, client)
        }
        switch message.method {
        case .setLevel:
            guard let level = message.params["level"]?.stringValue, MCPLogLevel(rawValue: level) != nil else {
                let levels = alternatives(MCPLogLevel.allCases.map(\.rawValue))
                return await fail(message.id, MCPFailure(.invalidParams, "The level is one of \(levels)."))
            }
            session.set(level: level)
            await answer(message.id, JSONObject())
        case .resourcesSubscribe, .resourcesUnsubscribe: await subscribe(message, session)
        default: await forward(message, session.client)
        }
    }

    private func subscribe(_ message: BridgeMessage, _ session: BridgeSession) async {
        guard session.server.watchesResources else {
            return await fail(message.id, MCPFailure(.methodNotFound, "The server tells of no changes of resources."))
        }
        guard let uri = message.params["uri"]?.stringValue else {
            return await fail(message.id, MCPFailure(.invalidParams, "The request needs \"uri\" in its params."))
        }
        if message.method == .resourcesUnsubscribe {
            session.unsubscribe(uri)
        } else if let begun = session.subscribe(uri) {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { for await _ in begun {} }
                group.addTask { [loop] in try? await loop.sleep(nanoseconds: BridgeWatch.beginNanoseconds) }
                await group.next()
                group.cancelAll()
            }
        } else {
            return await fail(
                message.id,
                MCPFailure(
                    .invalidParams, "At most \(BridgeSession.subscriptionsMax) resources can be watched at once."))
        }
        await answer(message.id, JSONObject())
    }
}
