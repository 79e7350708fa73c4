import GatewayModel
import Outbound
import Testing

@Suite struct `Addresses of special use` {
    @Test(
        "are every block of IANA's registries, at its first and its last address",
        arguments: [
            ("0.0.0.0", "0.255.255.255"), ("10.0.0.0", "10.255.255.255"), ("100.64.0.0", "100.127.255.255"),
            ("127.0.0.0", "127.255.255.255"), ("169.254.0.0", "169.254.255.255"), ("172.16.0.0", "172.31.255.255"),
            ("192.0.0.0", "192.0.0.255"), ("192.0.2.0", "192.0.2.255"), ("192.31.196.0", "192.31.196.255"),
            ("192.52.193.0", "192.52.193.255"), ("192.88.99.0", "192.88.99.255"), ("192.168.0.0", "192.168.255.255"),
            ("192.175.48.0", "192.175.48.255"), ("198.18.0.0", "198.19.255.255"), ("198.51.100.0", "198.51.100.255"),
            ("203.0.113.0", "203.0.113.255"), ("224.0.0.0", "255.255.255.255"),
            ("::", "::1"), ("::ffff:0.0.0.0", "::ffff:255.255.255.255"), ("::ffff:8.8.8.8", "::8.8.8.8"),
            ("64:ff9b::", "64:ff9b::ffff:ffff"), ("64:ff9b:1::", "64:ff9b:1:ffff:ffff:ffff:ffff:ffff"),
            ("100::", "100::ffff:ffff:ffff:ffff"), ("2001::", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff"),
            ("2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff"),
            ("2002::", "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
            ("2620:4f:8000::", "2620:4f:8000:ffff:ffff:ffff:ffff:ffff"),
            ("3fff::", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff"), ("5f00::", "5f00:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
            ("fc00::", "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
            ("fe80::", "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff"), ("ff00::", "ff02::1"),
        ])
    func blocks(first: String, last: String) throws {
        #expect(SpecialUseAddresses.contains(try IPAddress(first)))
        #expect(SpecialUseAddresses.contains(try IPAddress(last)))
    }

    @Test(
        "are not those of the public Internet, right beside the blocks too",
        arguments: [
            "1.0.0.0", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.0",
            "169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0", "192.0.1.0", "192.167.255.255",
            "192.169.0.0", "198.17.255.255", "198.20.0.0", "223.255.255.255", "2000::", "2001:200::", "2001:db7::",
            "2001:db9::", "2003::", "2620:4f:7fff::", "2620:4f:8001::", "2a00:1450:4001::1", "3ffe::",
        ])
    func others(address: String) throws {
        #expect(!SpecialUseAddresses.contains(try IPAddress(address)))
    }
}

@Suite struct `The rules for what others name` {
    private let open = OutboundRules(allowed: [])

    @Test("let https reach the public Internet only, and http nothing")
    func strict() throws {
        #expect(open.admits(try IPAddress("93.184.216.34"), by: .https))
        #expect(!open.admits(try IPAddress("93.184.216.34"), by: .http))
        #expect(!open.admits(try IPAddress("10.0.0.1"), by: .https))
        #expect(!open.admits(try IPAddress("127.0.0.1"), by: .https))
    }

    @Test("let this machine be reached only where the gateway itself is known by a loopback address")
    func loopback() throws {
        let local = OutboundRules(allowsLoopback: true)
        for address in ["127.0.0.1", "127.9.9.9", "::1"] {
            #expect(local.admits(try IPAddress(address), by: .http))
            #expect(!open.admits(try IPAddress(address), by: .http))
        }
        #expect(!local.admits(try IPAddress("10.0.0.1"), by: .https))
        #expect(!local.admits(try IPAddress("93.184.216.34"), by: .http))
    }

    @Test("let the operator's networks be reached, by http too, and not their neighbours")
    func allowed() throws {
        let rules = OutboundRules(allowed: [try AddressBlock("10.1.2.0/24")])
        #expect(rules.admits(try IPAddress("10.1.2.255"), by: .http))
        #expect(!rules.admits(try IPAddress("10.1.3.0"), by: .https))
        #expect(!rules.admits(try IPAddress("::ffff:10.1.2.3"), by: .https))
    }
}
