import GatewayModel
import Storage
import Testing

@Suite struct `A store of approvals` {
    @Test(arguments: StoreDriver.all)
    func `adds scopes, replaces the rest, and forgets on demand`(driver: StoreDriver) async throws {
        try await withStores(driver) { stores, place, database async throws in
            _ = try await stores.users.add(place.user(1))
            let key = StoredApproval.Key(user: "u_1", client: "c", redirectURI: "https://a/", server: .default)
            let other = StoredApproval.Key(user: "u_1", client: "c", redirectURI: "https://b/", server: .default)
            try await stores.approvals.keep(.read, redirectsDigest: digest(1), of: key)
            try await stores.approvals.keep(.write, redirectsDigest: digest(2), of: key)
            #expect(
                try await stores.approvals.approval(key)
                    == StoredApproval(key: key, scopes: .all, redirectsDigest: digest(2), approvedAt: place.now))
            #expect(try await stores.approvals.approval(other) == nil)
            try await stores.approvals.forget(key)
            #expect(try await stores.approvals.approval(key) == nil)
        }
    }

    @Test(arguments: StoreDriver.all)
    func `asks again after a year`(driver: StoreDriver) async throws {
        try await withStores(driver) { stores, place, database async throws in
            _ = try await stores.users.add(place.user(1))
            let key = StoredApproval.Key(user: "u_1", client: "c", redirectURI: "https://a/", server: .default)
            try await stores.approvals.keep(.read, redirectsDigest: [], of: key)
            place.pass(ApprovalStore.memory - .seconds(1))
            #expect(try await stores.approvals.approval(key) != nil)
            place.pass(.seconds(1))
            #expect(try await stores.approvals.approval(key) == nil)
        }
    }

    @Test(arguments: StoreDriver.all)
    func `keeps as many of one person as there may be, and forgets the oldest of more`(driver: StoreDriver) async throws
    {
        try await withStores(driver) { stores, place, database async throws in
            _ = try await stores.users.add(place.user(1))
            func key(_ number: Int) -> StoredApproval.Key {
                StoredApproval.Key(user: "u_1", client: "c_\(number)", redirectURI: "https://a/", server: .default)
            }
            for number in 0..<ApprovalStore.approvalsMax {
                try await stores.approvals.keep(.read, redirectsDigest: [], of: key(number))
                place.pass(.milliseconds(1))
            }
            #expect(try await stores.approvals.approval(key(0)) != nil)
            try await stores.approvals.keep(.read, redirectsDigest: [], of: key(ApprovalStore.approvalsMax))
            #expect(try await stores.approvals.approval(key(0)) == nil)
            #expect(try await stores.approvals.approval(key(1)) != nil)
        }
    }
}
