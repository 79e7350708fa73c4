extension [UInt8] {
    /// Copies raw bytes to the end, as one block: a slice of a raw buffer would be copied byte by byte.
    mutating func append(_ bytes: UnsafeRawBufferPointer) {
        if bytes.isEmpty { return }
        // Any memory may be read as bytes, and the buffer's owner keeps it alive for the call.
        let typed = bytes.assumingMemoryBound(to: UInt8.self)
        if isEmpty && capacity < bytes.count {
            self = Array(typed)
        } else {
            append(contentsOf: typed)
        }
    }
}

extension UnsafeRawBufferPointer {
    /// The bytes from an offset on.
    func dropping(_ count: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: self[count...])
    }

    /// The first bytes.
    func taking(_ count: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: self[..<count])
    }
}
