import COpenSSL

/// Comparison that does not tell by its time where two values differ.
package enum ConstantTime {
    /// Whether both are the same bytes. Only a difference in length may show in the time.
    package static func equal(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Bool {
        guard left.count == right.count else { return false }
        // The pointers do not leave the closures, and both have the count that is compared.
        return left.withUnsafeBytes { leftBytes in
            right.withUnsafeBytes { rightBytes in
                leftBytes.isEmpty || CRYPTO_memcmp(leftBytes.baseAddress, rightBytes.baseAddress, leftBytes.count) == 0
            }
        }
    }
}
