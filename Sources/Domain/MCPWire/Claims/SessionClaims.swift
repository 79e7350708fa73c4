package import GatewayModel
import JSONCoding

/// What a sealed `Mcp-Session-Id` says: all that `initialize` agreed on, so that any node can go on with the session and none
/// has to remember it.
package struct SessionClaims: Sendable, Hashable {
    /// The longest encoding, so that a sealed id in PaddedBase64 stays below 2 KiB (rulings 4.5): 2047 · 3/4 is 1535, and sealing
    /// adds 33.
    package static let bytesMax = 1_500
    /// The longest principal.
    package static let principalBytesMax = 256
    /// The longest name of a client; longer ones are cut.
    package static let clientNameBytesMax = 64
    /// Bytes of the nonce, which makes the ids of two equal sessions differ.
    package static let nonceBytes = 16
    /// Bytes of a reference to capabilities that are kept elsewhere, such as a digest of them.
    package static let referenceBytes = 32

    /// What the client can do: here, or where it is kept when it is too long for here.
    package enum Capabilities: Sendable, Hashable {
        /// The declaration itself.
        case inline(ClientCapabilities)
        /// A digest of the declaration's `fingerprint`, by which the store has it.
        case reference([UInt8])
    }

    /// Whose session it is: user and OAuth client (rulings 4.6); anybody else's use of it is unknown.
    package var principal: String
    /// The virtual server that it belongs to.
    package var server: ServerSlug
    /// What `initialize` agreed on.
    package var revision: Revision
    /// What the client declared, in neutral form.
    package var capabilities: Capabilities
    /// Who the client says that it is, for logs.
    package var clientName: String?
    /// When the session began, in seconds since 1970.
    package var issuedAt: UInt64
    /// Random bytes, from whoever makes the session.
    package var nonce: [UInt8]

    /// Makes claims of these parts; a client's name is cut at its limit.
    package init(
        principal: String, server: ServerSlug, revision: Revision, capabilities: Capabilities, clientName: String?,
        issuedAt: UInt64, nonce: [UInt8]
    ) {
        self.principal = principal
        self.server = server
        self.revision = revision
        self.capabilities = capabilities
        self.clientName = clientName.map { $0.prefix(bytes: Self.clientNameBytesMax) }
        self.issuedAt = issuedAt
        self.nonce = nonce
    }

    /// The bytes to seal; nothing if they are too many for an id, so that the capabilities have to go by reference.
    package var encoded: [UInt8]? {
        precondition(nonce.count == Self.nonceBytes, "a nonce of another length could not be read again")
        guard principal.utf8.count <= Self.principalBytesMax else { return nil }
        var writer = ClaimWriter(.session)
        writer.text(principal)
        writer.text(server.text)
        writer.number(UInt64(revision.rawValue))
        switch capabilities {
        case .inline(let capabilities):
            writer.number(0)
            writer.bytes(JSONWriter.bytes(of: .object(capabilities.object)))
        case .reference(let digest):
            precondition(digest.count == Self.referenceBytes, "a digest of another length could not be read again")
            writer.number(1)
            writer.bytes(digest)
        }
        writer.optionalText(clientName)
        writer.number(issuedAt)
        writer.bytes(nonce)
        return writer.bytes.count <= Self.bytesMax ? writer.bytes : nil
    }

    /// Reads what was sealed.
    package init(decoding bytes: [UInt8]) throws(ClaimFault) {
        guard bytes.count <= Self.bytesMax else { throw .tooLong(limit: Self.bytesMax) }
        var reader = try ClaimReader(bytes, .session)
        principal = try reader.text(max: Self.principalBytesMax)
        server = try ServerSlug(claim: try reader.text(max: ServerSlug.bytesMax))
        guard let number = UInt8(exactly: try reader.number()), let revision = Revision(rawValue: number) else {
            throw .wrongValue
        }
        self.revision = revision
        switch try reader.number() {
        case 0: capabilities = .inline(try Self.capabilities(try reader.bytes(max: Self.bytesMax)))
        case 1: capabilities = .reference(try reader.bytes(exactly: Self.referenceBytes))
        default: throw .wrongValue
        }
        clientName = try reader.optionalText(max: Self.clientNameBytesMax)
        issuedAt = try reader.number()
        nonce = try reader.bytes(exactly: Self.nonceBytes)
        try reader.end()
    }

    private static func capabilities(_ bytes: [UInt8]) throws(ClaimFault) -> ClientCapabilities {
        guard let object = (try? JSONParser.parse(bytes))?.objectValue else { throw .wrongValue }
        return ClientCapabilities(neutral: object)
    }
}

extension String {
    /// The beginning that fits into so many bytes, without half a character.
    func prefix(bytes limit: Int) -> String {
        guard utf8.count > limit else { return self }
        var scalars = String.UnicodeScalarView()
        var count = 0
        for scalar in unicodeScalars {
            count += UTF8.width(scalar)
            guard count <= limit else { break }
            scalars.append(scalar)
        }
        return String(scalars)
    }
}

extension ServerSlug {
    /// Reads the slug that stands in a claim.
    init(claim text: String) throws(ClaimFault) {
        do { self = try ServerSlug(text) } catch { throw .wrongValue }
    }
}
