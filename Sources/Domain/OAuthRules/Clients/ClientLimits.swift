/// How much a client may say about itself; what it says is kept, and shown to people.
package enum ClientLimits {
    /// A whole document or registration. The draft suggests 5 KB for documents, which large clients have outgrown.
    package static let documentBytes = 64 * 1024
    /// Redirect URIs of one client; editors that serve several hosts register about ten.
    package static let redirectURIs = 32
    /// One redirect URI, and one URL of any other member.
    package static let urlBytes = 2048
    /// A name, as people read it.
    package static let nameBytes = 256
    /// One text that is not a URL: `software_id`, a contact, a grant type.
    package static let textBytes = 256
    /// Entries of a list that is not the redirect URIs.
    package static let listEntries = 32
    /// The whole of `scope`.
    package static let scopeBytes = 1024
    /// Keys that are written into the metadata.
    package static let keys = 16
    /// Those keys as text.
    package static let keysBytes = 16 * 1024
    /// Members that nobody here knows, all together; what does not fit is forgotten.
    package static let unknownBytes = 8 * 1024
}
