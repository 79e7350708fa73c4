/// The one grammar of names that appear in addresses, tool prefixes and the configuration: `a-z`, `0-9` and inner `-`.
///
/// Lower case only, because two spellings of one name are a way around a rule; no `_`, because `_` separates an
/// upstream's name from a tool's, and so no two prefixed names can mean two things.
enum LowerCaseName {
    static func check(_ text: String, limit: Int) throws(GatewayModelError) {
        let bytes = Array(text.utf8)
        guard let first = bytes.first, let last = bytes.last else { throw .empty }
        guard bytes.count <= limit else { throw .tooLong(limit: limit) }
        for (offset, byte) in bytes.enumerated() {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
                continue
            default: throw .unexpectedByte(byte, offset: offset)
            }
        }
        guard first != UInt8(ascii: "-"), last != UInt8(ascii: "-") else { throw .edgeIsHyphen }
    }
}
