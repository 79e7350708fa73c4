import COpenSSL

/// Random bytes that nobody can guess, from OpenSSL's generator, which the kernel seeds.
package enum SecureRandom {
    /// So many fresh bytes.
    package static func bytes(_ count: Int) throws(CryptographyError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        OpenSSLErrors.clear()
        // The pointer does not leave the closure.
        guard bytes.withUnsafeMutableBytes(fill) else { throw .library(OpenSSLErrors.firstReason()) }
        return bytes
    }

    /// Fills memory that the caller lends, or leaves the reason in OpenSSL's queue.
    static func fill(_ buffer: UnsafeMutableRawBufferPointer) -> Bool {
        guard buffer.count > 0 else { return true }
        guard let count = Int32(exactly: buffer.count) else { return false }
        return RAND_bytes(buffer.baseAddress?.assumingMemoryBound(to: UInt8.self), count) == 1
    }
}
