import JSONCoding

/// A client's metadata document (draft-ietf-oauth-client-id-metadata-document section 4).
package enum ClientDocument {
    /// The client that a document describes.
    ///
    /// The document must name the very URL that it was fetched from, or whoever can put a file on a host could speak for another
    /// client (draft section 4.1).
    package static func client(_ bytes: [UInt8], at url: ClientDocumentURL) throws(ClientMetadataError) -> OAuthClient {
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONParser.parse(
                bytes, limits: JSONLimits(depth: 16, bytes: ClientLimits.documentBytes, values: 4_096))
        } catch {
            throw .metadata("The document is not JSON as it is read here: \(quoted(error.reason))")
        }
        guard let object = value.objectValue else { throw .metadata("The document is not a JSON object.") }
        let ids = object.members.filter { $0.name == "client_id" }
        guard ids.count == 1, let id = ids[0].value.stringValue, id.utf8.elementsEqual(url.text.utf8) else {
            throw .metadata("client_id in the document must be the address of the document, \(quoted(url.text)).")
        }
        return OAuthClient(id: url.text, origin: .document, metadata: try ClientMetadata(object, from: .document))
    }
}
