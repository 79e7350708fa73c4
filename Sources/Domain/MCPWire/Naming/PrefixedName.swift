package import GatewayModel

/// The name under which a tool or prompt of an upstream is published with `naming: prefix`: `upstream_name`.
///
/// It is legal everywhere (letters, digits, `_`, `-`; at most 48 of them, because clients put their own prefix in front and stop
/// at 64, rulings 4.10), and depends on the upstream's name and its own alone, so it stays whatever else is published. An
/// upstream's name has no `_`, so the first one ends the prefix and no two upstreams can have one published name.
package enum PrefixedName {
    /// The longest published name.
    package static let bytesMax = 48

    /// The published name. One that is legal and short enough is kept; else what is illegal becomes `_`, the end is cut, and a
    /// hash of the whole original tells it from others.
    package static func name(_ original: String, of upstream: UpstreamName) -> String {
        let prefix = upstream.text + "_"
        let bytes = Array(original.utf8)
        if !bytes.isEmpty, bytes.allSatisfy(isLegal), prefix.utf8.count + bytes.count <= bytesMax {
            return prefix + original
        }
        let hash = "_" + StableHash.text(of: bytes)
        let room = bytesMax - prefix.utf8.count - hash.utf8.count
        // One `_` for each character, not for each of its bytes.
        let legal = original.unicodeScalars.map { scalar in
            UInt8(exactly: scalar.value).flatMap { isLegal($0) ? Character(scalar) : nil } ?? "_"
        }
        return prefix + String(legal.prefix(room)) + hash
    }

    /// The upstream's name that a published name begins with, if it has the form of one.
    package static func upstream(of published: String) -> Substring? {
        published.firstIndex(of: "_").map { published[..<$0] }
    }

    private static func isLegal(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}

/// A short hash that is the same on every machine and in every release: FNV-1a of 64 bits, its upper 40 as eight characters.
///
/// It keeps names of one upstream apart, nothing else: an upstream that makes two of its own collide harms itself.
enum StableHash {
    static func text(of bytes: [UInt8]) -> String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        let alphabet = Array("abcdefghijklmnopqrstuvwxyz234567".utf8)
        let digits = (0..<8).map { alphabet[Int(hash >> (59 - UInt64($0) * 5) & 31)] }
        return String(decoding: digits, as: UTF8.self)
    }
}
