/// Why metadata of a client is not accepted: the two codes of RFC 7591 section 3.2.2, and what to do about it.
package struct ClientMetadataError: Error, Sendable, Hashable {
    /// What clients act on.
    package enum Code: String, Sendable, Hashable {
        case invalidRedirectURI = "invalid_redirect_uri"
        case invalidClientMetadata = "invalid_client_metadata"
    }

    /// What clients act on.
    package let code: Code
    /// What people read.
    package let description: String

    static func redirect(_ description: String) -> ClientMetadataError {
        ClientMetadataError(code: .invalidRedirectURI, description: description)
    }

    /// One about anything but redirect URIs.
    package static func metadata(_ description: String) -> ClientMetadataError {
        ClientMetadataError(code: .invalidClientMetadata, description: description)
    }
}

/// A text of others inside a sentence of ours: short, ASCII, and without what RFC 6749 section 5.2 forbids in descriptions.
func quoted(_ text: String) -> String {
    let safe = text.utf8.prefix(120).map { byte -> UInt8 in
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): UInt8(ascii: "?")
        case 0x20...0x7E: byte
        default: UInt8(ascii: "?")
        }
    }
    return String(decoding: safe, as: UTF8.self)
}
