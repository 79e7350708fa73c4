import JSONCoding
import Testing

@testable import Connections

@Suite("A browser that comes back from an upstream")
struct CallbackTests {
    @Test("is taken once (state is single-use)")
    func replay() async throws {
        try await withHouse { house, issuer in
            let url = try #require(await house.begin().value)
            let query = issuer.agree(url).query
            #expect(await house.finish(query).value != nil)
            #expect(await house.finish(query).problem == .unknownState)
            #expect(issuer.server.count("/token") == 1)
        }
    }

    @Test("is not taken with a state that nobody made, or none", arguments: [nil, "", "made up"])
    func unknown(state: String?) async throws {
        try await withHouse { house, issuer in
            var query = ["code": "x"]
            query["state"] = state
            #expect(await house.finish(query).problem == .unknownState)
        }
    }

    @Test("is not taken when it is too late")
    func late() async throws {
        try await withHouse { house, issuer in
            let url = try #require(await house.begin().value)
            house.clock.change { $0 += 600 }
            #expect(await house.finish(issuer.agree(url).query).problem == .unknownState)
            #expect(issuer.server.count("/token") == 0)
        }
    }

    @Test("is not taken from another person, or from another browser of the same one (login CSRF)")
    func otherPerson() async throws {
        try await withHouse { house, issuer in
            for (user, session) in [("u_bob", House.session), ("u_ada", [9, 9, 9])] {
                let url = try #require(await house.begin().value)
                let query = issuer.agree(url).query
                #expect(await house.finish(query, user: user, session: session).problem == .otherPerson)
                // Not even by who was sent, afterwards.
                #expect(await house.finish(query).problem == .unknownState)
            }
            #expect(issuer.server.count("/token") == 0)
            #expect(house.store.connections.value.isEmpty)
        }
    }

    @Test("is judged by whom it says it is from before anything else (RFC 9207, mix-up)")
    func issuerNamed() async throws {
        let rows: [(mustBeNamed: Bool, named: String?, isTaken: Bool)] = [
            (true, "own", true), (true, nil, false), (false, "own", true), (false, nil, true), (true, "other", false),
            (false, "other", false), (false, "own/", false), (false, "OWN", false),
        ]
        for row in rows {
            try await withHouse { house, issuer in
                issuer.behaviour.change {
                    $0.metadata = ["authorization_response_iss_parameter_supported": .bool(row.mustBeNamed)]
                }
                let url = try #require(await house.begin().value)
                let named: String? =
                    switch row.named {
                    case "own": issuer.issuer
                    case "own/": issuer.issuer + "/"
                    case "OWN": issuer.issuer.uppercased()
                    case let other: other
                    }
                var query = issuer.agree(url, iss: .some(named)).query
                if !row.isTaken { query["error"] = "made_up" }
                let end = await house.finish(query)
                if row.isTaken {
                    #expect(end.value != nil, "\(row)")
                } else {
                    // Not even the error of somebody else is shown.
                    #expect(end.problem == .otherIssuer(upstream: "notes"), "\(row)")
                    #expect(issuer.server.count("/token") == 0)
                }
            }
        }
    }

    @Test("says what the upstream answered, made of letters only")
    func denied() async throws {
        try await withHouse { house, issuer in
            for (error, code) in [("access_denied", "access_denied"), ("<b>\r\nx", "bx"), ("😀", "an error")] {
                let url = try #require(await house.begin().value)
                var query = issuer.agree(url).query
                query["error"] = error
                #expect(await house.finish(query).problem == .denied(upstream: "notes", code: code))
            }
            #expect(issuer.server.count("/token") == 0)
        }
    }

    @Test("connects nothing when the code is not the one that this attempt brought (code injection)")
    func injectedCode() async throws {
        try await withHouse { house, issuer in
            let theirs = issuer.agree(try #require(await house.begin("u_eve").value)).query
            var mine = issuer.agree(try #require(await house.begin().value)).query
            mine["code"] = theirs["code"]
            // The verifier is another one.
            let problem = await house.finish(mine).problem
            #expect(problem == .exchange(upstream: "notes", reason: "invalid_grant", isRetryable: false))
            #expect(house.store.connections.value.isEmpty)
        }
    }

    @Test("registers anew after the issuer has forgotten us")
    func forgottenClient() async throws {
        try await withHouse { house, issuer in
            issuer.behaviour.change { $0.exchangeAnswer = Told(status: 401, body: ["error": "invalid_client"]) }
            #expect(await house.connect().problem != nil)
            issuer.behaviour.change { $0.exchangeAnswer = nil }
            #expect(await house.connect().value != nil)
            #expect(issuer.counts.value.registrations == 2)
        }
    }
}
