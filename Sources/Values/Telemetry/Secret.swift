/// A value that must not be seen: it has no description, no reflection and no encoding, and where it holds bytes or
/// text it is compared in constant time.
///
/// The one way to the value is `exposed`, a word that a search finds everywhere it is used.
package struct Secret<Value: Sendable>: Sendable {
    /// The value itself. Whoever reads it answers for where it goes.
    package let exposed: Value

    /// Hides a value.
    package init(_ value: Value) {
        exposed = value
    }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "<secret>" }
    package var debugDescription: String { "<secret>" }
    package var customMirror: Mirror { Mirror(self, children: [], displayStyle: .struct) }
}

/// What can be compared byte by byte without telling by the time where two values differ.
package protocol SecretMaterial: Sendable {
    /// Whether both are the same bytes. Only a difference in length may show in the time.
    static func equalInConstantTime(_ left: Self, _ right: Self) -> Bool
}

extension Secret: Equatable where Value: SecretMaterial {
    package static func == (left: Secret, right: Secret) -> Bool {
        Value.equalInConstantTime(left.exposed, right.exposed)
    }
}

extension [UInt8]: SecretMaterial {
    /// Looks at every byte, whatever it has found before.
    package static func equalInConstantTime(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        left.count == right.count && difference(left, right) == 0
    }

    /// All bits in which the two differ. Never inlined, so that no caller's "is it zero" can become an early exit.
    @inline(never)
    private static func difference(_ left: [UInt8], _ right: [UInt8]) -> UInt8 {
        var bits: UInt8 = 0
        for index in left.indices { bits |= left[index] ^ right[index] }
        return bits
    }
}

/// By bytes: unlike `String`'s own `==`, two spellings of one character are two secrets.
extension String: SecretMaterial {
    /// Compares the bytes of UTF-8.
    package static func equalInConstantTime(_ left: String, _ right: String) -> Bool {
        [UInt8].equalInConstantTime(Array(left.utf8), Array(right.utf8))
    }
}
