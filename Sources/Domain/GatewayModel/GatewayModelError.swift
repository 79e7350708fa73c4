/// Why a text is not one of the values of this room; each case carries what the sentence needs.
package enum GatewayModelError: Error, Sendable, Hashable {
    /// Nothing was written where a name, an address or a URL belongs.
    case empty
    /// The text is longer than its limit in bytes.
    case tooLong(limit: Int)
    /// A byte that the grammar does not allow at this place, counted from zero.
    case unexpectedByte(UInt8, offset: Int)
    /// A name begins or ends with `-`.
    case edgeIsHyphen
    /// The scheme is missing or not one that is served here.
    case scheme
    /// `user:password@` in a URL: credentials do not belong into addresses, which are logged.
    case userInfo
    /// A `#fragment`, which never travels to a server.
    case fragment
    /// The host is missing, or neither a name, an IPv4 address nor a bracketed IPv6 address.
    case host
    /// The port is missing, not decimal, or above 65535.
    case port
    /// A host without a port where both are needed.
    case portMissing
    /// A `%` that two hexadecimal digits do not follow.
    case percentEncoding(offset: Int)
    /// A path where only scheme, host and port belong.
    case path
    /// `*` or `null` as a browser origin, which would let every page in.
    case everyOrigin
    /// Two things of one name where it must be unique.
    case duplicate(String)
    /// A list has more entries than its limit.
    case tooMany(limit: Int)
    /// A path that depends on where the program was started.
    case relativePath
    /// A name that the gateway uses itself.
    case reservedName(String)
    /// Not a block of addresses, or one whose address has bits beyond its prefix.
    case addressBlock
    /// A server names an upstream that nobody defined.
    case unknownUpstream(String, server: String)
    /// The default server is not among the servers.
    case unknownDefaultServer(String)

    /// The mistake as the end of a sentence that a person reads, without a full stop.
    package var reason: String {
        switch self {
        case .empty: "it is empty"
        case .tooLong(let limit): "it is longer than \(limit) bytes"
        case .unexpectedByte(let byte, let offset): "\(spelled(byte)) at position \(offset + 1) is not allowed"
        case .edgeIsHyphen: "it must begin and end with a letter or a digit"
        case .scheme: "it must begin with http:// or https://"
        case .userInfo: "a user name or password in a URL is refused, because URLs are logged"
        case .fragment: "a #fragment never reaches a server"
        case .host: "the host must be a name, an IPv4 address, or an IPv6 address in brackets"
        case .port: "the port must be a number from 1 to 65535"
        case .portMissing: "a host and a port belong here, with a colon between them"
        case .percentEncoding(let offset): "the % at position \(offset + 1) must be followed by two hexadecimal digits"
        case .path: "only scheme, host and port belong here, without a path"
        case .everyOrigin: "it would let every web page in"
        case .duplicate(let name): "\(name) is defined twice"
        case .tooMany(let limit): "it has more than \(limit) entries"
        case .relativePath: "the path must begin with /"
        case .reservedName(let name): "\(name) is used by the gateway itself"
        case .addressBlock: "a block is its first address, / and a number of bits, like 10.1.2.0/24"
        case .unknownUpstream(let name, let server): "server \(server) names the upstream \(name), which is not defined"
        case .unknownDefaultServer(let name): "the default server \(name) is not defined"
        }
    }

    private func spelled(_ byte: UInt8) -> String {
        switch byte {
        case 0x20: "a space"
        case 0x21...0x7E: "\"\(Character(Unicode.Scalar(byte)))\""
        case 0x80...0xFF: "a character outside ASCII"
        default: "a control character"
        }
    }
}
