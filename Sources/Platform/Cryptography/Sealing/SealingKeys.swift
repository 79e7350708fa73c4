package import Telemetry

/// Tells keys apart in sealed values; it is no secret.
package struct SealingKeyID: Sendable, Hashable {
    /// Any number, never given to two keys.
    package let rawValue: UInt32

    /// Names a key.
    package init(_ rawValue: UInt32) {
        self.rawValue = rawValue
    }
}

/// The key that seals, and the older ones that still open.
package struct SealingKeys: Sendable {
    /// One key with its name.
    package struct Key: Sendable {
        /// The name that is written into what it seals.
        package let id: SealingKeyID
        /// 32 random bytes.
        package let bytes: Secret<[UInt8]>

        /// Pairs a name with a key.
        package init(id: SealingKeyID, bytes: Secret<[UInt8]>) {
            self.id = id
            self.bytes = bytes
        }
    }

    /// What AES-256 takes.
    package static let keyBytes = 32

    /// The key that seals.
    package let current: Key
    /// Keys that open what was sealed before, newest first.
    package let older: [Key]

    /// Takes keys of the right length and with different names.
    package init(current: Key, older: [Key] = []) throws(CryptographyError) {
        var known: Set<SealingKeyID> = []
        for key in [current] + older {
            guard key.bytes.exposed.count == Self.keyBytes else { throw .keyLength(bytes: key.bytes.exposed.count) }
            guard known.insert(key.id).inserted else { throw .keyIDRepeated(key.id) }
        }
        self.current = current
        self.older = older
    }

    func key(_ id: SealingKeyID) -> Key? {
        id == current.id ? current : older.first { $0.id == id }
    }
}

extension SealingKeys {
    /// Whether the key that seals today has sealed this; false for what is no sealed value.
    package func isCurrent(_ sealed: [UInt8]) -> Bool {
        guard sealed.count >= Sealer.overheadBytes else { return false }
        return SealingKeyID((1...4).reduce(0) { $0 << 8 | UInt32(sealed[$1]) }) == current.id
    }
}
