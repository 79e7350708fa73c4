import COpenSSL

/// Owns an `SSL_CTX`, from which connections are made.
///
/// `@unchecked Sendable`: the context is configured in the initialisers below, before anyone else has it, and OpenSSL
/// counts references to it atomically and locks what it changes when connections are made from several threads.
/// Each connection holds a reference of its own, so this object may go while connections live on.
final class TLSContext: @unchecked Sendable {
    let pointer: OpaquePointer

    private init(method: OpaquePointer?) throws(CryptographyError) {
        OpenSSLErrors.clear()
        guard let pointer = SSL_CTX_new(method) else { throw .library(OpenSSLErrors.firstReason()) }
        self.pointer = pointer
        guard patchbay_set_oldest_protocol(pointer, TLS1_2_VERSION) == 1 else {
            throw .library(OpenSSLErrors.firstReason())
        }
        patchbay_set_modes_for_nonblocking(pointer)
        patchbay_keep_no_sessions(pointer)
        patchbay_set_options_for_all(pointer)
    }

    deinit {
        SSL_CTX_free(pointer)
    }

    /// For accepting: serves this certificate, whose order of ciphers counts, and http/1.1 alone.
    ///
    /// Sessions are resumed by tickets, which cost no memory here; the keys of tickets live as long as the context.
    convenience init(
        serving certificates: [Certificate], key: borrowing PrivateKey, certificateFile: String, keyFile: String
    ) throws(CryptographyError) {
        try self.init(method: TLS_server_method())
        patchbay_set_options_for_servers(pointer)
        guard SSL_CTX_set_cipher_list(pointer, "ECDHE+AESGCM:ECDHE+CHACHA20") == 1 else {
            throw .library(OpenSSLErrors.firstReason())
        }
        patchbay_accept_http11_only(pointer)
        guard let leaf = certificates.first, X509_check_private_key(leaf.pointer, key.pointer) == 1 else {
            throw .keyMismatch(certificate: certificateFile, key: keyFile)
        }
        OpenSSLErrors.clear()
        guard SSL_CTX_use_certificate(pointer, leaf.pointer) == 1, SSL_CTX_use_PrivateKey(pointer, key.pointer) == 1,
            certificates.dropFirst().allSatisfy({ patchbay_add_chain_certificate(pointer, $0.pointer) == 1 })
        else { throw .certificateUnusable(path: certificateFile, reason: OpenSSLErrors.firstReason()) }
    }

    /// For connecting: trusts the system's authorities and these, and offers http/1.1 alone.
    ///
    /// An authority given by the operator may be an intermediate one, or the server's own certificate; it is trusted as
    /// it stands, without a root above it.
    convenience init(trusting additional: [Certificate]) throws(CryptographyError) {
        try self.init(method: TLS_client_method())
        guard SSL_CTX_set_default_verify_paths(pointer) == 1, patchbay_offer_http11(pointer) == 1 else {
            throw .library(OpenSSLErrors.firstReason())
        }
        patchbay_verify_peers(pointer)
        X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(pointer), UInt(X509_V_FLAG_PARTIAL_CHAIN))
        let store = SSL_CTX_get_cert_store(pointer)
        for authority in additional {
            guard X509_STORE_add_cert(store, authority.pointer) == 1 else {
                throw .library(OpenSSLErrors.firstReason())
            }
        }
    }
}
