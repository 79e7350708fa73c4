import COpenSSL
import Glibc

/// One TLS connection over a non-blocking descriptor that someone else owns and closes.
///
/// A class because it owns a C object that callers keep for as long as the connection lives. It belongs to one thread
/// at a time, which is why it is not `Sendable`.
///
/// States: shaking hands → open → closed by the peer, by us, or both; `failed` ends each of them.
/// 1. `handshake()` until `.done`; `read` and `write` before that are a mistake of the caller and go on shaking hands.
/// 2. A call that wants to wait is made again with at least the same bytes; they may have moved in memory.
/// 3. Read until `.wantsRead`, or look at `pendingBytes`: what has been decrypted already makes no descriptor readable.
/// 4. After `.failed` every call says `.failed` again and nothing more is sent.
/// 5. SIGPIPE must be ignored by the process.
package final class TLSConnection {
    private let pointer: OpaquePointer
    /// The name for errors; empty on the accepting side.
    private let host: String
    private var failure: CryptographyError?
    /// The descriptor ended without a goodbye; OpenSSL would not say so twice.
    private var isAtEnd = false

    /// The accepting side, with the certificate that is current now.
    package init(server: TLSServerContext, descriptor: Int32) throws(CryptographyError) {
        host = ""
        pointer = try Self.make(server.current, descriptor)
        SSL_set_accept_state(pointer)
    }

    /// The connecting side, which accepts only a certificate for `host`: a DNS name, or an IP address with or without
    /// the brackets of a URL.
    package init(client: TLSClientContext, host: String, descriptor: Int32) throws(CryptographyError) {
        let peer = try TLSPeerName(host)
        self.host = peer.text
        pointer = try Self.make(client.context, descriptor)
        SSL_set_connect_state(pointer)
        guard Self.expect(peer, on: pointer) else { throw .hostInvalid(host) }
    }

    deinit {
        // The certificate that patchbay_keep_refused_certificate kept is ours to free.
        X509_free(patchbay_refused_certificate(pointer))
        SSL_free(pointer)
    }

    private static func make(_ context: TLSContext, _ descriptor: Int32) throws(CryptographyError) -> OpaquePointer {
        OpenSSLErrors.clear()
        guard let pointer = SSL_new(context.pointer) else { throw .library(OpenSSLErrors.firstReason()) }
        guard SSL_set_fd(pointer, descriptor) == 1 else {
            SSL_free(pointer)
            throw .library(OpenSSLErrors.firstReason())
        }
        return pointer
    }

    /// RFC 9525 §6: names stand in subjectAltName only, and a wildcard stands for one whole label. RFC 6066 §3:
    /// addresses are not sent as server names.
    private static func expect(_ peer: TLSPeerName, on pointer: OpaquePointer) -> Bool {
        SSL_set_hostflags(
            pointer, UInt32(X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS) | UInt32(X509_CHECK_FLAG_NEVER_CHECK_SUBJECT))
        if peer.isAddress {
            return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(pointer), peer.text) == 1
        }
        return SSL_set1_host(pointer, peer.text) == 1 && patchbay_set_server_name(pointer, peer.text) == 1
    }

    /// Goes on shaking hands.
    package func handshake() -> TLSStep {
        step { SSL_do_handshake(pointer) > 0 ? .done : nil }
    }

    /// Reads into the buffer, at most one record.
    package func read(into buffer: UnsafeMutableRawBufferPointer) -> TLSStep {
        guard buffer.count > 0 else { return .bytes(0) }
        return step {
            var count = 0
            return SSL_read_ex(pointer, buffer.baseAddress, buffer.count, &count) == 1 ? .bytes(count) : nil
        }
    }

    /// Reads into the span, at most one record.
    package func read(into span: inout MutableRawSpan) -> TLSStep {
        // The pointer does not leave the closure.
        span.withUnsafeMutableBytes { read(into: $0) }
    }

    /// Writes as many of the bytes as find room; `.bytes` says how many of them are no longer the caller's concern.
    package func write(_ buffer: UnsafeRawBufferPointer) -> TLSStep {
        guard buffer.count > 0 else { return .bytes(0) }
        return step {
            var count = 0
            return SSL_write_ex(pointer, buffer.baseAddress, buffer.count, &count) == 1 ? .bytes(count) : nil
        }
    }

    /// Writes as many bytes of the span as find room.
    package func write(_ span: RawSpan) -> TLSStep {
        // The pointer does not leave the closure.
        span.withUnsafeBytes { write($0) }
    }

    /// Tells the peer that we send no more; once is enough, its own goodbye is not awaited. `.wantsWrite` asks to call
    /// again, which a caller that closes anyway may leave.
    @discardableResult
    package func shutdown() -> TLSStep {
        if let failure { return .failed(failure) }
        // RFC 8446 §6.1 knows no goodbye before the end of the handshake, and OpenSSL calls it an error.
        guard SSL_is_init_finished(pointer) == 1 else { return .done }
        return step { SSL_shutdown(pointer) >= 0 ? .done : nil }
    }

    /// How many bytes can be read without touching the descriptor.
    package var pendingBytes: Int {
        Int(SSL_pending(pointer))
    }

    /// Whether the peer ended its side by close_notify. Without it a body that only the end of the connection ends may
    /// have been cut by someone in between.
    package var peerSaidGoodbye: Bool {
        SSL_get_shutdown(pointer) & SSL_RECEIVED_SHUTDOWN != 0
    }

    /// What ALPN agreed on: `http/1.1`, or nothing when one side did not ask.
    package var negotiatedProtocol: String? {
        var name: UnsafePointer<UInt8>?
        var count: UInt32 = 0
        // The pointer is into the connection, which lives as long as this call.
        SSL_get0_alpn_selected(pointer, &name, &count)
        guard let name, count > 0 else { return nil }
        return String(decoding: UnsafeBufferPointer(start: name, count: Int(count)), as: UTF8.self)
    }

    /// The version of TLS as OpenSSL spells it, such as `TLSv1.3`.
    package var protocolVersion: String {
        String(cString: SSL_get_version(pointer))
    }

    /// Makes one call with an empty queue of errors, and reads its outcome before anything else can change it.
    private func step(_ call: () -> TLSStep?) -> TLSStep {
        if let failure { return .failed(failure) }
        guard !isAtEnd else { return .closed }
        // Asked before, because a fatal error puts OpenSSL's state back.
        let isOpen = SSL_is_init_finished(pointer) == 1
        OpenSSLErrors.clear()
        errno = 0
        if let success = call() { return success }
        let systemError = errno
        switch SSL_get_error(pointer, 0) {
        case SSL_ERROR_WANT_READ: return .wantsRead
        case SSL_ERROR_WANT_WRITE: return .wantsWrite
        case SSL_ERROR_ZERO_RETURN: return .closed
        case SSL_ERROR_SYSCALL where systemError != 0:
            return fail(.connectionBroken(reason: OpenSSLErrors.systemReason(systemError)))
        case SSL_ERROR_SYSCALL: return end(isOpen)
        default: return failOrEnd(OpenSSLErrors.first(), isOpen)
        }
    }

    private func failOrEnd(_ code: UInt, _ isOpen: Bool) -> TLSStep {
        defer { OpenSSLErrors.clear() }
        guard OpenSSLErrors.number(of: code) != SSL_R_UNEXPECTED_EOF_WHILE_READING else { return end(isOpen) }
        return fail(TLSFailure.error(code, on: pointer, host: host, isOpen: isOpen))
    }

    /// The descriptor is at its end, and nobody said goodbye.
    private func end(_ isOpen: Bool) -> TLSStep {
        guard isOpen else { return fail(.closedDuringHandshake) }
        isAtEnd = true
        return .closed
    }

    private func fail(_ error: CryptographyError) -> TLSStep {
        failure = error
        return .failed(error)
    }
}
