/// What one call on a TLS connection came to. The same call is made again after a wait.
package enum TLSStep: Sendable, Hashable {
    /// So many bytes were read, or were taken for writing; at least one.
    case bytes(Int)
    /// The handshake, or our part of the shut-down, is complete.
    case done
    /// Wait until the descriptor can be read, then call again, whatever the call was.
    case wantsRead
    /// Wait until the descriptor can be written, then call again, whatever the call was.
    case wantsWrite
    /// The peer sends no more: by close_notify, or by closing without one (`TLSConnection.peerSaidGoodbye` tells).
    case closed
    /// The connection is of no further use.
    case failed(CryptographyError)
}
