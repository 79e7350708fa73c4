import GatewayModel
import PatchbayApp

/// Any bytes are a configuration or are refused with at least one line that names a place; nothing is read from outside.
func fuzzYAML(_ bytes: [UInt8]) {
    let surroundings = ConfigurationSurroundings(
        environment: { _ in nil },
        contents: { (_, _) throws(FileMistake) in throw FileMistake(reason: "does not exist", isMissing: true) })
    do throws(ConfigurationError) {
        let configuration = try Configuration.read(bytes, file: "fuzz.yaml", surroundings: surroundings)
        let snapshot = configuration.snapshot(boundPort: 1)
        precondition(snapshot.isOwnHost(Array(snapshot.publicURL.url.authority.utf8).span), "our own Host is refused")
        precondition(
            snapshot.isAcceptedOrigin(Array(snapshot.publicURL.origin.utf8).span), "our own origin is refused")
        precondition(snapshot.serverIndex(slug: Array(snapshot.defaultServer.slug.text.utf8).span) != nil)
    } catch {
        precondition(!error.lines.isEmpty, "refused without a reason")
        precondition(error.lines.count <= MistakeLog.mistakesMax + 1, "more mistakes than the limit")
        precondition(
            error.lines.allSatisfy { !$0.utf8.contains { $0 < 0x20 || $0 == 0x7F } }, "a control byte in a line")
    }
}
