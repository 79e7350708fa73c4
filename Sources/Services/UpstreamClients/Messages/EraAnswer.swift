import JSONCoding
import MCPWire

/// What an answer to `server/discover` says about the era (protocol facts 2.7).
enum EraAnswer {
    /// It speaks the stateless era, in a version that we speak too.
    case stateless(UpstreamDescription)
    /// An older server.
    case handshake
    /// It knows the stateless era and refuses this request for a reason of form; asking once more tells (facts 9.7).
    case disputed
    /// It speaks only versions that we do not.
    case incompatible(String)

    init(_ response: UpstreamResponse) {
        switch response {
        case .result(let result):
            guard let versions = result["supportedVersions"]?.arrayValue?.compactMap(\.stringValue) else {
                self = .handshake
                return
            }
            self.init(offering: versions) {
                UpstreamDescription(discovered: result, revision: $0)
            }
        case .failure(let failure):
            switch failure.code {
            case MCPErrorCode.unsupportedProtocolVersion.rawValue:
                let versions = failure.data?["supported"]?.arrayValue?.compactMap(\.stringValue) ?? []
                self.init(offering: versions) { _ in nil }
            case MCPErrorCode.headerMismatch.rawValue, MCPErrorCode.missingRequiredClientCapability.rawValue:
                self = .disputed
            default: self = .handshake  // Older servers answer with any code.
            }
        }
    }

    private init(offering versions: [String], describe: (Revision) -> UpstreamDescription?) {
        let known = versions.compactMap { date in RevisionCatalog.all.first { $0.date.description == date } }
        if let revision = known.last(where: { $0.era == .stateless }) {
            self = describe(revision).map { .stateless($0) } ?? .disputed
        } else if versions.isEmpty || !known.isEmpty {
            self = .handshake
        } else {
            self = .incompatible(versions.prefix(5).joined(separator: ", "))
        }
    }
}
