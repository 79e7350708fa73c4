import COpenSSL
import Glibc

/// OpenSSL's queue of errors, which belongs to the thread: it is emptied before a call and read right after it.
enum OpenSSLErrors {
    /// The first error of the queue, which is the one closest to the cause.
    static func first() -> UInt {
        UInt(ERR_peek_error())
    }

    /// Empties the queue, so that the next error is the next call's.
    static func clear() {
        ERR_clear_error()
    }

    /// What the first error says, in OpenSSL's words.
    static func firstReason() -> String {
        reason(of: first())
    }

    static func reason(of code: UInt) -> String {
        // The text is a constant of the library, or none for a code that it does not know.
        guard code != 0 else { return "no reason given" }
        guard let text = ERR_reason_error_string(code) else { return "error \(code)" }
        return String(cString: text)
    }

    static func number(of code: UInt) -> Int32 {
        ERR_GET_REASON(code)
    }

    /// What the system says about an `errno`.
    static func systemReason(_ number: Int32) -> String {
        // strerror is safe here: glibc returns constants for numbers that it knows, and its buffer is per thread.
        guard let text = strerror(number) else { return "error \(number)" }
        return String(cString: text)
    }
}
