package import GatewayModel
package import People
package import Telemetry

/// A configuration in which every mistake has been ruled out: what a call sees, and what the process needs besides.
package struct Configuration: Sendable, Hashable {
    /// The file it came from, `nil` for the defaults.
    package let file: String?
    /// Where clients are waited for.
    package let listen: ListenAddress
    /// The server's certificate, `nil` for plain text.
    package let tls: TLSFiles?
    /// The folder of the database, of keys and of the control socket; made at the start if it is not there.
    package let dataFolder: String
    /// What holds for the requests that we make.
    package let outbound: OutboundSettings
    /// Who says who people are, besides the gateway itself; in the order of their buttons.
    package let identity: [IdentityProvider]
    /// What is logged, and how.
    package let log: LogSettings
    /// Threads that serve, `nil` for one per core.
    package let eventLoops: Int?

    let base: GatewaySnapshot
    let isPublicURLWritten: Bool

    /// What calls see once the listener is bound; `boundPort` matters when port 0 asked for any free one.
    package func snapshot(boundPort: UInt16? = nil) -> GatewaySnapshot {
        guard !isPublicURLWritten, let port = boundPort,
            let publicURL = listen.publicURL(scheme: tls == nil ? .http : .https, boundPort: port)
        else { return base }
        return base.reached(at: publicURL)
    }
}

/// Two PEM files that exist and look like what they are for; they are read again at each reload.
package struct TLSFiles: Sendable, Hashable {
    /// The chain, the server's own certificate first.
    package let certificateFile: String
    /// The private key, not encrypted.
    package let keyFile: String
}

/// What holds for the requests that we make.
package struct OutboundSettings: Sendable, Hashable {
    /// More certificate authorities than the system's, a PEM file.
    package var authoritiesFile: String?
    /// Private networks that we may reach although others named the address.
    package var allowed: [AddressBlock] = []
}

/// What is logged, and how.
package struct LogSettings: Sendable, Hashable {
    /// The least that is written.
    package let level: LogLevel
    /// Lines for people or for machines.
    package let format: LogFormat
}
