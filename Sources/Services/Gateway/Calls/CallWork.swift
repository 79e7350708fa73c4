import GatewayModel
import JSONCoding
import MCPWire
import UpstreamClients

/// One call at its upstream, and what tasks make of its answer.
struct CallWork: Sendable {
    let routed: RoutedCall
    let call: GatewayCall
    private(set) var plan: TaskPlan
    let ids: TaskIDs
    let offer: ServerOffer
    let server: ServedServer
    let session: ClientSession?
    let runtime: GatewayRuntime
    /// Makes the request that waits for a task's result.
    let waiting: @Sendable (OpenTask) -> TaskRequest
    let loop: CallLoop

    private var client: ClientContext { call.client }

    /// What the upstream is told of the client: the extension only if the client may get a task for an answer.
    private var capabilities: ClientCapabilities {
        switch plan {
        case .offered, .followed: client.relayedCapabilities.withTasks
        case .none, .asked, .awaited: client.relayedCapabilities.withoutTasks
        }
    }

    private var request: UpstreamRequest {
        let capabilities = capabilities
        var params = routed.params
        // Of the client's hop, and of 2025-11-25 alone.
        if client.revision.hasCoreTasks { params["task"] = nil }
        var task: JSONObject?
        var isOffered = false
        switch plan {
        case .none: break
        case .offered, .followed: isOffered = true
        case .asked(let wish): task = wish
        case .awaited: task = JSONObject()
        }
        return UpstreamRequest(
            method: call.method, methodName: call.methodName, params: params,
            lease: LeaseKey(
                principal: client.owner, interactive: capabilities.interactive,
                account: routed.upstream.account(of: client.principal)),
            capabilities: capabilities.object, clientInfo: client.clientInfo, logLevel: client.logLevel,
            wantsProgress: call.params["_meta"]?["progressToken"] != nil,
            relaysInputRequired: client.relaysInputRequired,
            prefersHandshake: client.revision.era == .handshake && !isOffered, parameters: routed.tool?.parameters,
            task: task, deadline: client.deadline)
    }

    func outcome(host: any CallHost) async throws(UpstreamError) -> UpstreamOutcome {
        let outcome = try await routed.upstream.client.call(request, host: host, on: loop)
        guard case .result(let result) = outcome else {
            if case .failure(let failure) = outcome, insists(failure) {
                // It was refused, so nothing was done yet.
                var again = self
                again.plan = .followed
                return try await again.outcome(host: host)
            }
            return outcome
        }
        switch plan {
        case .none: return result["resultType"] == "task" ? .failure(Self.unwanted) : shown(result)
        case .offered: return result["resultType"] == "task" ? begun(result, .tasksExtension) : held(result)
        case .followed: return result["resultType"] == "task" ? try await followed(result, host: host) : shown(result)
        case .asked:
            guard let task = TaskForm.started(core: result) else { return shown(result) }
            return begun(task, .core)
        case .awaited:
            guard let task = TaskForm.started(core: result), let id = task["taskId"]?.stringValue else {
                return shown(result)
            }
            return try await awaited(id, host: host)
        }
    }

    /// Whether the upstream refused a call only because its client takes no tasks; one of the stateless era is told so, because it
    /// can declare them, and one of the handshake era cannot.
    private func insists(_ failure: MCPFailure) -> Bool {
        guard case .none = plan, client.revision.era == .handshake, offer.tasks[routed.position] == .tasksExtension,
            failure.knownCode == .missingRequiredClientCapability,
            let required = failure.data?["requiredCapabilities"]?.objectValue
        else { return false }
        return required.members.map(\.name) == ["extensions"]
            && required["extensions"]?.objectValue?.members.map(\.name) == [RelayedFeatures.tasksExtension]
    }

    /// A task of the extension that the client does not hear of.
    private func followed(_ result: JSONObject, host: any CallHost) async throws(UpstreamError) -> UpstreamOutcome {
        guard let taskID = result["taskId"]?.stringValue, !taskID.isEmpty else { return .failure(Self.unwanted) }
        let claims = TaskClaims(
            upstream: routed.upstream.name, taskID: taskID, form: .tasksExtension, server: server.definition.slug,
            principal: client.owner, expiresAt: nil)
        let request = waiting(OpenTask(id: "", claims: claims, upstream: routed.upstream, position: routed.position))
        do throws(UpstreamError) {
            return try await ExtensionAsCore(request: request).result(host: host)
        } catch {
            request.hop.abandon()
            throw error
        }
    }

    private static let unwanted = MCPFailure(
        .internalError, "The upstream answered with a task, which the client did not say that it takes.")

    private func shown(_ result: JSONObject) -> UpstreamOutcome {
        server.links?.note(result, of: routed.position)
        return .result(offer.resources.rewritten(result: result, of: call.method, at: routed.position))
    }

    /// The result that begins a task, under an id of ours.
    private func begun(_ neutral: JSONObject, _ form: TaskClaims.Form) -> UpstreamOutcome {
        guard let taskID = neutral["taskId"]?.stringValue, !taskID.isEmpty,
            let id = ids.seal(
                BegunTask(
                    upstream: routed.upstream, taskID: taskID, form: form, principal: client.owner,
                    interactive: capabilities.interactive, milliseconds: neutral["ttlMs"]))
        else {
            return .failure(
                MCPFailure(.internalError, "The upstream began a task under an id that cannot be passed on."))
        }
        var task = neutral
        task["taskId"] = .string(id)
        remember(id)
        return .result(task)
    }

    /// A result that came at once: for a client that takes either it is the answer, for one of 2025-11-25 a task that is over.
    private func held(_ result: JSONObject) -> UpstreamOutcome {
        guard case .core(let wish) = TaskWish(call), let session,
            let id = ids.seal(
                BegunTask(
                    upstream: routed.upstream, taskID: "", form: .tasksExtension, principal: client.owner,
                    interactive: [], milliseconds: wish["ttl"]))
        else { return shown(result) }
        let task = HeldTask.completed(
            offer.resources.rewritten(result: result, of: call.method, at: routed.position), id: id,
            at: ids.state.seconds(), milliseconds: wish["ttl"])
        session.add(task: id, held: task, bytesMax: runtime.snapshot.limits.eventBytesKept)
        var begun = task
        begun["resultType"] = "task"
        begun["result"] = nil
        return .result(begun)
    }

    private func remember(_ id: String) {
        guard let session else { return }
        session.add(task: id, bytesMax: runtime.snapshot.limits.eventBytesKept)
        session.subscription?.change(to: .session(session, ids), offer: offer)
    }

    /// A task that the client does not hear of: its result is the call's (facts 4.8). Who gives up the call gives up the task.
    private func awaited(_ taskID: String, host: any CallHost) async throws(UpstreamError) -> UpstreamOutcome {
        let hop = TaskHop(
            upstream: routed.upstream, taskID: taskID, client: client, capabilities: capabilities,
            deadline: client.deadline, loop: loop)
        do throws(UpstreamError) {
            let outcome = try await hop.send(.tasksResult, host: host)
            guard case .result(let result) = outcome else { return outcome }
            return shown(result)
        } catch {
            hop.abandon()
            throw error
        }
    }
}
