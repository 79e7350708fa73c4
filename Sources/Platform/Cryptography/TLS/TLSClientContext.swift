/// What connecting by TLS needs: whom to trust. A class because all pools share the parsed authorities.
package final class TLSClientContext: Sendable {
    let context: TLSContext

    /// Trusts the system's authorities and, if given, the certificates of a PEM file.
    package init(additionalAuthoritiesFile: String? = nil) throws(CryptographyError) {
        var authorities: [Certificate] = []
        if let additionalAuthoritiesFile { authorities = try PEMFile.certificates(at: additionalAuthoritiesFile) }
        context = try TLSContext(trusting: authorities)
    }
}
