import Administration
import Glibc
import HTTPMessages
import HTTPTransport
import JSONCoding
import Reactor
import Telemetry

/// The socket in the data folder by which commands reach a running gateway; whoever can open the folder may use it.
///
/// HTTP, because both ends are here already: `POST /NAME-OF-THE-ACTION` with the arguments as a JSON object; the answer is 200 with
/// the action's, or 422 with `error`.
struct ControlSocket: Sendable {
    /// What an action may be told.
    static let bytesMax = 64 * 1024

    /// The socket's file, `control.sock` in the data folder.
    let path: String

    init(dataFolder: String) {
        path = "\(dataFolder)/control.sock"
    }

    // MARK: The gateway's end

    /// Waits for commands; `nil` when the path is too long for a socket or somebody else's, which is said in the log.
    func listen(
        group: EventLoopGroup, log: Log, perform: @escaping @Sendable (String, JSONObject) async -> ControlAnswer
    ) async -> HTTPServer? {
        let server = HTTPServer(group: group) { exchange in await Self.answer(exchange, perform) }
        do throws(ReactorError) {
            let address = try SocketAddress(unixPath: path)
            // What a killed process left behind answers nobody, and keeps the path.
            if await !isAnswered(group: group) { unlink(path) }
            _ = try await server.listen(address)
            chmod(path, 0o600)
            return server
        } catch {
            log.warning(
                "commands cannot reach this gateway while it runs",
                ["socket": .string(path), "reason": .string(error.reason)])
            return nil
        }
    }

    private static func answer(
        _ exchange: HTTPExchange, _ perform: @Sendable (String, JSONObject) async -> ControlAnswer
    ) async {
        var fields = HTTPFields()
        fields.append(.contentType, literal: "application/json")
        guard exchange.head.method == .post else {
            exchange.respond(status: 405, fields: fields, body: Array(#"{"error":"POST only"}"#.utf8))
            return
        }
        guard let body = try? await exchange.body(limit: bytesMax),
            let arguments = try? JSONParser.parse(body).objectValue
        else {
            exchange.respond(status: 400, fields: fields, body: Array(#"{"error":"no JSON object"}"#.utf8))
            return
        }
        let name = String(exchange.head.path.dropFirst())
        switch await perform(name, arguments) {
        case .done(let answer):
            exchange.respond(status: 200, fields: fields, body: JSONWriter.bytes(of: .object(answer)))
        case .refused(let sentence):
            let answer: JSONObject = ["error": .string(sentence)]
            exchange.respond(status: 422, fields: fields, body: JSONWriter.bytes(of: .object(answer)))
        }
    }

    // MARK: The command's end

    /// Has a running gateway do it; `nil` when none runs.
    func ask(_ name: String, _ arguments: JSONObject, group: EventLoopGroup) async -> ControlAnswer? {
        guard let address = try? SocketAddress(unixPath: path) else { return nil }
        let lane = BlockingLane(threads: 1, queueMax: 1)
        defer { lane.shutDown() }
        let origin = HTTPOrigin(
            HTTPOriginAddress(host: "localhost", port: 80, usesTLS: false, addresses: [address]), group: group,
            resolver: NameResolver(lane: lane), tls: nil)
        let loop = group.loops[0]
        let answer = await loop.runTask { () -> ControlAnswer? in
            var fields = HTTPFields()
            fields.append(.contentType, literal: "application/json")
            let request = HTTPClientRequest(
                method: .post, target: Array("/\(name)".utf8), fields: fields,
                body: JSONWriter.bytes(of: .object(arguments)))
            do throws(HTTPClientError) {
                let deadline = loop.now &+ 60_000_000_000
                return await Self.read(try await origin.pool(on: loop).send(request, deadline: deadline))
            } catch {
                switch error {
                case .connect: return nil
                default: return .refused("The running gateway did not answer: \(error.reason).")
                }
            }
        }.value
        origin.closeIdle()
        return answer
    }

    private func isAnswered(group: EventLoopGroup) async -> Bool {
        await ask("nothing", JSONObject(), group: group) != nil
    }

    private static func read(_ response: HTTPClientResponse) async -> ControlAnswer {
        var bytes: [UInt8] = []
        switch response.body {
        case .complete(let whole): bytes = whole
        case .stream(let stream):
            while let piece = try? await stream.next(), bytes.count < 16 * bytesMax { bytes += piece }
        }
        guard let object = try? JSONParser.parse(bytes).objectValue else {
            return .refused("The running gateway gave no answer that this command understands.")
        }
        if response.head.status == 200 { return .done(object) }
        return .refused(object["error"]?.stringValue ?? "The running gateway refused.")
    }
}

/// How an action ended.
enum ControlAnswer: Sendable {
    case done(JSONObject)
    case refused(String)
}
