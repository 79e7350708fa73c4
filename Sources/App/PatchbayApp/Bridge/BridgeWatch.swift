import JSONCoding
import MCPWire
import Reactor
import Synchronization
import UpstreamClients

/// Tells the client what changes at the server, until its task is cancelled.
struct BridgeWatch: Sendable {
    let bridge: Bridge
    let interest: WatchInterest
    /// Who hears it; its log level may change meanwhile.
    let client: @Sendable () -> BridgeClient
    /// Ends when the server is watched, or is not going to be.
    var begun: AsyncStream<Void>.Continuation?
    /// What is said first, in the stateless era.
    var acknowledgement: [UInt8]?
    /// The id of the listen request, in the stateless era.
    var subscription: JSONValue?

    func run() async {
        let (stream, messages) = AsyncStream<[UInt8]>.makeStream(
            bufferingPolicy: .bufferingNewest(bridge.settings.changesMax))
        let writer = bridge.loop.runTask { [bridge] in
            for await message in stream { await bridge.output.send(message) }
        }
        let sink = BridgeSink(watch: self, messages: messages)
        let patience = bridge.loop.runTask { [loop = bridge.loop] in
            if (try? await loop.sleep(nanoseconds: Self.beginNanoseconds)) != nil { sink.begin() }
        }
        await bridge.server.watch(interest, sink: sink, on: bridge.loop)
        patience.cancel()
        begun?.finish()
        messages.finish()
        writer.cancel()
    }

    /// A client waits no longer than this to hear that it listens, however slow the server is.
    static let beginNanoseconds: UInt64 = 3_000_000_000

    /// The client's messages for a change; none for what it did not ask for or cannot read.
    fileprivate func messages(_ change: UpstreamChange, isAgain: Bool) -> [[UInt8]] {
        switch change {
        case .tools: list(interest.tools, .toolsListChanged)
        case .prompts: list(interest.prompts, .promptsListChanged)
        case .resources: list(interest.resources, .resourcesListChanged)
        case .resourceUpdated(let params): message(.resourceUpdated, params)
        case .task(let params): message(client().revision.era == .stateless ? .tasks : .taskStatus, params)
        case .elicitationComplete(let params): message(.elicitationComplete, params)
        case .message(let params): wants(params) ? message(.message, params) : []
        case .watching:
            // Anything may have changed while nobody watched.
            isAgain
                ? list(interest.tools, .toolsListChanged) + list(interest.prompts, .promptsListChanged)
                    + list(interest.resources, .resourcesListChanged)
                    + interest.resourceURIs.sorted().flatMap { message(.resourceUpdated, ["uri": .string($0)]) }
                : []
        }
    }

    private func list(_ isWanted: Bool, _ kind: MCPNotification) -> [[UInt8]] {
        isWanted ? message(kind, nil) : []
    }

    private func message(_ kind: MCPNotification, _ params: JSONObject?) -> [[UInt8]] {
        client().rendering.notification(kind, params: params, subscription: subscription).map { [$0.bytes] } ?? []
    }

    /// A stream of the stateless era carries no log; a session of the other one does from its level on.
    private func wants(_ params: JSONObject) -> Bool {
        guard subscription == nil else { return false }
        guard let least = client().logLevel.flatMap(MCPLogLevel.init(rawValue:)),
            let level = params["level"]?.stringValue.flatMap(MCPLogLevel.init(rawValue:))
        else { return true }
        return level >= least
    }
}

/// Where the upstream client says what changed. A class, because it remembers that watching has begun before.
private final class BridgeSink: WatchSink {
    private let watch: BridgeWatch
    private let messages: AsyncStream<[UInt8]>.Continuation
    private let hasBegun = Mutex(false)
    private let isAcknowledged = Mutex(false)

    init(watch: BridgeWatch, messages: AsyncStream<[UInt8]>.Continuation) {
        self.watch = watch
        self.messages = messages
    }

    /// Says that the client listens, before anything else is said.
    func begin() {
        let isFirst = isAcknowledged.withLock { isAcknowledged in
            defer { isAcknowledged = true }
            return !isAcknowledged
        }
        if isFirst, let acknowledgement = watch.acknowledgement { messages.yield(acknowledgement) }
    }

    func changed(_ change: UpstreamChange) {
        let isAgain = hasBegun.withLock { hasBegun in
            guard case .watching = change else { return true }
            defer { hasBegun = true }
            return hasBegun
        }
        if case .watching = change { watch.begun?.finish() }
        begin()
        for message in watch.messages(change, isAgain: isAgain) { messages.yield(message) }
    }
}
