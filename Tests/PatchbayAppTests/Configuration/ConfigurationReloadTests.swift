import GatewayModel
import PatchbayApp
import Testing

@Suite struct `A new configuration` {
    @Test(
        arguments: [
            ("", []), ("listen: 127.0.0.1:8080", []), ("listen: 127.0.0.1:9000", ["listen"]),
            ("data: elsewhere", ["data"]),
            ("tls: { certificate: cert.pem, key: key.pem }", ["tls"]), ("log: { level: debug }", ["log"]),
            ("outbound: { caFile: cert.pem }", ["outbound"]),
            ("identity: { g: { preset: google, clientID: a } }", ["identity"]),
            ("limits: { loops: 3, headTime: 1s, callTime: 1s, bodyBytes: 1MiB }", ["limits.loops", "limits.headTime"]),
            ("origins: [https://a.example]\npublicURL: http://localhost:1", []),
        ] as [(String, [String])])
    func `names the keys that a running process cannot take over`(text: String, keys: [String]) throws {
        #expect(try configuration(text).keysNeedingRestart(since: configuration("")) == keys)
    }
}
