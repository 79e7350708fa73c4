import GatewayModel
import HTTPMessages
import JSONCoding
import Testing
import WebUI

@testable import Connections

@Suite("The pages on which people connect")
struct ConnectPageTests {
    @Test("lead a person from a chat's link to the upstream and back to a page that says so")
    func fromChat() async throws {
        try await withSite { house, issuer, site in
            let link = try #require(await link(house, "u_ada"))
            let page = try await site.get(link, as: "ada")
            #expect(page.status == 200)
            #expect(page.text.contains("read, offline_access"))
            // Browsers would check the redirect against it at every hop (rulings 5.10).
            #expect(page.policy?.contains("form-action") == false)
            #expect(house.store.attempts.value.isEmpty)
            let start = try await site.post(
                "/connect/notes", as: "ada", [("form_token", page.formToken ?? ""), ("next", "/connect/notes/done")])
            #expect(start.status == 303)
            let query = issuer.agree(try #require(start.location)).query
            let back = try await site.get("/connect/callback?" + written(query), as: "ada")
            #expect(back.status == 303)
            #expect(back.location == "/connect/notes/done")
            let done = try await site.get("/connect/notes/done", as: "ada")
            #expect(done.text.contains("notes is connected"))
            #expect(await house.call() == "token access-1")
        }
    }

    @Test("offer to connect again when a call was refused for want of rights, and say what for (step-up)")
    func stepUp() async throws {
        try await withSite { house, issuer, site in
            await house.connect()
            #expect(!(try await site.get("/connect/notes", as: "ada")).text.contains("admin"))
            issuer.behaviour.change {
                $0.accepts = { _ in false }
                $0.refusesWith = 403
            }
            #expect(await house.call().hasPrefix("insufficientScope"))
            let page = try await site.get("/connect/notes", as: "ada")
            #expect(page.text.contains("Reconnect"))
            #expect(page.text.contains("read, offline_access, admin"))
        }
    }

    @Test("show nothing to another person than the one whose call it was")
    func foreignLink() async throws {
        try await withSite { house, issuer, site in
            let link = try #require(await link(house, "u_ada"))
            let page = try await site.get(link, as: "eve")
            #expect(page.status == 403)
            #expect(page.text.contains("made for somebody else"))
            #expect(!page.text.contains("action=\"/connect"))
            let late = try await site.get(link + "x", as: "ada")
            #expect(late.status == 410)
        }
    }

    @Test("let nobody in who is not signed in, and come back to where they were asked")
    func signedOut() async throws {
        try await withSite { house, _, site in
            let page = try await site.get("/connect/notes?link=abc", as: nil)
            #expect(page.status == 303)
            #expect(page.location == "/sign-in?next=%2Fconnect%2Fnotes%3Flink%3Dabc")
            #expect(try await site.get("/connect/callback?state=a&code=b", as: nil).status == 303)
            #expect(try await site.post("/connect/notes", as: nil, []).status == 303)
        }
    }

    @Test("begin nothing for a form that was not shown in this browser (CSRF), nor by a link")
    func forged() async throws {
        try await withSite { house, issuer, site in
            let theirs = try await site.get("/connect/notes", as: "eve").formToken ?? ""
            for form in [[], [("form_token", theirs)]] as [[(name: String, value: String)]] {
                #expect(try await site.post("/connect/notes", as: "ada", form).status == 403)
                #expect(try await site.post("/connect/notes/disconnect", as: "ada", form).status == 403)
            }
            #expect(try await site.get("/connect/notes/disconnect", as: "ada").status == 405)
            #expect(house.store.attempts.value.isEmpty)
        }
    }

    @Test("go on to a path of ours only, wherever the form wants to")
    func openRedirect() async throws {
        try await withSite { house, issuer, site in
            let token = try await site.get("/connect/notes", as: "ada").formToken ?? ""
            for next in ["//evil.example", "https://evil.example", "/\\evil.example", "/a\r\nb", ""] {
                let start = try await site.post(
                    "/connect/notes", as: "ada", [("form_token", token), ("next", next)])
                let query = issuer.agree(try #require(start.location)).query
                let back = try await site.get("/connect/callback?" + written(query), as: "ada")
                #expect(back.location == "/connect/notes/done")
            }
        }
    }

    @Test("say why, and lead back to where the person came from, when the upstream said no")
    func denied() async throws {
        try await withSite { house, issuer, site in
            let token = try await site.get("/connect/notes", as: "ada").formToken ?? ""
            let start = try await site.post(
                "/connect/notes", as: "ada", [("form_token", token), ("next", "/oauth/consent?request=r")])
            var query = issuer.agree(try #require(start.location)).query
            query["code"] = nil
            query["error"] = "access_denied"
            let back = try await site.get("/connect/callback?" + written(query), as: "ada")
            #expect(back.status == 400)
            #expect(back.text.contains("access_denied"))
            #expect(back.text.contains("href=\"/oauth/consent?request=r\""))
        }
    }

    @Test("take no answer in which something stands twice")
    func repeated() async throws {
        try await withSite { house, issuer, site in
            let url = try #require(await house.begin(session: Array("ada".utf8)).value)
            let query = written(issuer.agree(url).query)
            #expect(try await site.get("/connect/callback?\(query)&iss=https%3A%2F%2Fother", as: "ada").status == 400)
            #expect(house.store.connections.value.isEmpty)
            #expect(try await site.get("/connect/callback?\(query)", as: "ada").status == 303)
        }
    }

    @Test("leave the shared connection to operators")
    func shared() async throws {
        try await withSite(.sharedOAuth(UpstreamOAuth())) { house, _, site in
            #expect(try await site.get("/connect/notes", as: "ada").status == 403)
            let page = try await site.get("/connect/notes", as: "op")
            #expect(page.status == 200)
            #expect(page.text.contains("Everybody"))
        }
    }

    @Test("let operators end the shared connection, and give it more rights")
    func sharedAgain() async throws {
        try await withSite(.sharedOAuth(UpstreamOAuth())) { house, issuer, site in
            let page = "/connect/notes"
            #expect(try await site.get(page, as: "op").text.contains(">Connect<"))
            #expect(await house.connect("u_op", role: .operator).value != nil)
            #expect(try await site.get(page, as: "op").text.contains(">Disconnect<"))
            issuer.behaviour.change {
                $0.accepts = { _ in false }
                $0.refusesWith = 403
            }
            _ = await house.call("")
            let text = try await site.get(page, as: "op").text
            #expect(text.contains(">Reconnect<"))
            #expect(text.contains("admin"))
        }
    }

    @Test("publish our client document for each upstream with a connection, and for no other")
    func clientDocument() async throws {
        try await withSite { house, _, site in
            let answer = try await site.get("/oauth/client/notes.json", as: nil)
            #expect(answer.status == 200)
            let document = try JSONParser.parse(Array(answer.text.utf8))
            #expect(document["client_id"] == "https://gateway.example/oauth/client/notes.json")
            #expect(document["client_secret"] == nil)
            #expect(try await site.get("/oauth/client/other.json", as: nil).status == 404)
            #expect(try await site.get("/oauth/client/notes", as: nil).status == 404)
        }
    }

    @Test("say the same in both languages")
    func languages() {
        #expect(ConnectWord.disagreements == [])
    }

    private func link(_ house: House, _ user: String) async -> String? {
        let principal = Principal(
            user: user, client: "c", server: .default, scopes: .all, groups: [], role: .member)
        let link = await house.service.link(to: house.upstream, for: principal)
        return link.map { String($0.dropFirst("https://gateway.example".count)) }
    }

    private func written(_ query: [String: String]) -> String {
        FormWriter(query.map { (name: $0.key, value: $0.value) }).text
    }
}
