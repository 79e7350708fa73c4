import Cryptography
import GatewayModel
import HTTPMessages
import Testing

@testable import Connections

@Suite("The vault")
struct VaultTests {
    @Test("has no token, secret or verifier in what is stored")
    func sealed() async throws {
        try await withHouse { house, issuer in
            issuer.behaviour.change { $0.registrationMethod = "client_secret_basic" }
            let url = try #require(await house.begin().value)
            let attempts = house.store.attempts.value.values.map(\.sealed)
            #expect(await house.finish(issuer.agree(url).query).value != nil)
            let blobs =
                attempts + house.store.connections.value.values.map(\.sealed)
                + house.store.registrations.value.values.map(\.sealed)
            #expect(blobs.count == 3)
            for blob in blobs {
                let text = String(decoding: blob, as: UTF8.self)
                for word in ["access-1", "refresh-1", "s3:cret", "verifier", issuer.origin] {
                    #expect(!text.contains(word))
                }
            }
        }
    }

    @Test("does not open a row that was put in the place of another person's")
    func bound() async throws {
        try await withHouse { house, issuer in
            await house.connect()
            await house.connect("u_eve")
            house.store.connections.change { all in
                guard let ada = all["notes\nu_ada"], let eve = all["notes\nu_eve"] else { return }
                var forged = eve
                forged.sealed = ada.sealed
                all["notes\nu_eve"] = forged
            }
            #expect(await house.call("u_eve") == "missing []")
            #expect(await house.call() == "token access-1")
            #expect(!house.notes.value.isEmpty)
        }
    }

    @Test("opens after its key was changed, and seals anew; without the key nothing is read")
    func rotation() async throws {
        let store = MemoryStore()
        try await withHouse(store: store) { house, issuer in
            await house.connect()
            let both = try SealingKeys(current: key(2), older: [key(1)])
            let rotated = try House(reopening: house, keys: both)
            #expect(await rotated.call() == "token access-1")
            for expected in [2, 0] {
                let count = await rotated.run { [service = rotated.service] _ in try? await service.sealAnew() }
                #expect(count == expected)
            }
            let onlyNew = try House(reopening: house, keys: SealingKeys(current: key(2)))
            #expect(await onlyNew.call() == "token access-1")
            let onlyOld = try House(reopening: house, keys: SealingKeys(current: key(1)))
            #expect(await onlyOld.call() == "missing []")
        }
    }

    @Test("does not show to another server what it got for this one, though it has the same name")
    func otherServer() async throws {
        let store = MemoryStore()
        try await withHouse(store: store) { house, _ in await house.connect() }
        try await withHouse(store: store) { house, issuer in
            #expect(await house.call() == "missing []")
            #expect(issuer.server.seen.value.allSatisfy { $0.fields.first(.authorization) == nil })
        }
    }

    @Test("makes links that are for one person, one upstream and half an hour")
    func links() async throws {
        try await withHouse { house, _ in
            let principal = Principal(
                user: "u_ada", client: "c", server: .default, scopes: .all, groups: [], role: .member)
            let link = try #require(await house.service.link(to: house.upstream, for: principal))
            #expect(link.hasPrefix("https://gateway.example/connect/notes?link="))
            #expect(!link.contains("u_ada"))
            let handle = String(link.drop { $0 != "=" }.dropFirst())
            func check(_ handle: String, _ user: String) -> ConnectionError? {
                do throws(ConnectionError) {
                    try house.service.check(link: handle, to: house.upstream, user: user)
                    return nil
                } catch {
                    return error
                }
            }
            #expect(check(handle, "u_ada") == nil)
            #expect(check(handle, "u_bob") == .foreignLink)
            #expect(check(String(handle.dropLast(2)), "u_ada") == .oldLink)
            house.clock.change { $0 += 1_800 }
            #expect(check(handle, "u_ada") == .oldLink)
            #expect(await house.service.link(to: house.upstream, for: .anonymous) == nil)
        }
    }

    @Test("wakes who waits for a person to connect")
    func waiting() async throws {
        try await withHouse { house, _ in
            let isEarly = await house.run { [service = house.service, upstream = house.upstream] loop in
                await service.isConnected(upstream, user: "u_ada", within: 1_000_000, on: loop)
            }
            #expect(!isEarly)
            async let isConnected = house.run { [service = house.service, upstream = house.upstream] loop in
                await service.isConnected(upstream, user: "u_ada", within: 60_000_000_000, on: loop)
            }
            await house.connect()
            #expect(await isConnected)
        }
    }
}
