package import GatewayModel
import HTTPMessages
import Synchronization
package import Telemetry

/// What an upstream is shown: a field of the request, or a parameter of its address.
///
/// A class, because all calls of an account hold the same one, and because it keeps the fields of a whole request, which are then
/// made once and not with every call. It belongs to one upstream.
package final class UpstreamCredential: Sendable {
    /// Where it goes.
    package let place: UpstreamKey.Place
    /// What goes there.
    package let secret: Secret<String>
    /// Whether it was refused not long ago and is tried again: who used it tells `UpstreamCredentials` when it was taken.
    package let isDoubted: Bool
    private let whole = Mutex<HTTPFields?>(nil)

    /// A credential in its place.
    package init(place: UpstreamKey.Place, secret: Secret<String>, isDoubted: Bool = false) {
        self.place = place
        self.secret = secret
        self.isDoubted = isDoubted
    }

    /// A token of OAuth 2 (RFC 6750 section 2.1).
    package convenience init(bearer token: Secret<String>, isDoubted: Bool = false) {
        self.init(place: .header(name: "Authorization", prefix: "Bearer "), secret: token, isDoubted: isDoubted)
    }

    /// The fields of every request to the upstream, with this among them where it is a field.
    func fields(behind own: HTTPFields) -> HTTPFields {
        guard case .header(let name, let prefix) = place else { return own }
        return whole.withLock { whole in
            if let whole { return whole }
            var fields = own
            // What cannot stand in a field is not sent, and the upstream will say that it misses it.
            _ = fields.append(nameBytes: Array(name.utf8).span, bytes: Array((prefix + secret.exposed).utf8).span)
            whole = fields
            return fields
        }
    }

    /// The target of a request, with this as a parameter where it is one.
    func target(_ target: [UInt8]) -> [UInt8] {
        guard case .query(let name) = place else { return target }
        let parameter = FormWriter([(name, secret.exposed)]).bytes
        return target + [UInt8(ascii: target.contains(UInt8(ascii: "?")) ? "&" : "?")] + parameter
    }

    /// Whether it goes into the field of this name: a client's field of the same name must not stand beside it.
    func isField(_ name: Span<UInt8>) -> Bool {
        guard case .header(let own, _) = place, own.utf8.count == name.count else { return false }
        var index = 0
        for byte in own.utf8 {
            if lowerCased(byte) != lowerCased(name[index]) { return false }
            index += 1
        }
        return true
    }

    private func lowerCased(_ byte: UInt8) -> UInt8 { byte &- 0x41 < 26 ? byte | 0x20 : byte }
}
