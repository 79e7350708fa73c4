import AuthorizationServer
import Cryptography
import Telemetry

/// Seals the keys that sign our tokens. They are read at a start and made every few months, so a sealer is made for each use.
struct KeySeal {
    private let keys: SealingKeys
    private static let purpose = Array("token signing key".utf8)

    init(_ keys: SealingKeys) {
        self.keys = keys
    }

    func seal(_ secret: Secret<[UInt8]>) throws(AccessTokenProblem) -> [UInt8] {
        do throws(CryptographyError) {
            var sealer = try Sealer(keys)
            return try sealer.seal(secret.exposed.span, for: Self.purpose.span)
        } catch {
            throw AccessTokenProblem(reason: error.sentence)
        }
    }

    func open(_ sealed: [UInt8]) throws(AccessTokenProblem) -> Secret<[UInt8]> {
        do throws(CryptographyError) {
            var sealer = try Sealer(keys)
            return Secret(try sealer.open(sealed.span, for: Self.purpose.span))
        } catch {
            throw AccessTokenProblem(
                reason: "\(error.sentence) Is the key file in the data folder the one that was there before?")
        }
    }
}
