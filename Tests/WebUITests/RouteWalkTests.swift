import GatewayModel
import HTTPMessages
import JSONCoding
import Testing

@testable import WebUI

/// One route of each kind of access, for people and for programs.
private let routes: [WebRoute] = [
    WebRoute(.get, "/open", .everyone) { (request) throws(WebProblem) in page(request) },
    WebRoute(.post, "/open", .everyone) { (_) throws(WebProblem) in .redirect(to: "/open") },
    WebRoute(.get, "/mine", .signedIn) { (request) throws(WebProblem) in page(request) },
    WebRoute(.post, "/mine", .signedIn) { (_) throws(WebProblem) in .redirect(to: "/mine") },
    WebRoute(.get, "/build/{name}", .role(.builder)) { (request) throws(WebProblem) in page(request) },
    WebRoute(.get, "/rule", .role(.operator)) { (request) throws(WebProblem) in page(request) },
    WebRoute(.post, "/rule", .role(.operator)) { (_) throws(WebProblem) in .redirect(to: "/rule") },
    .machine(.post, "/token", .anyOrigin, bodyMax: 100) { (request) throws(WebProblem) in
        .json(["cookie": .string(request.cookie(.session) ?? "none"), "person": .bool(request.person != nil)])
    },
]

private func page(_ request: WebRequest) -> WebResponse {
    .page(
        Page(heading: "A page") {
            PostForm.button(to: "/open", request.formToken, label: "Go")
        })
}

@Suite("Every route of the table")
struct RouteWalkTests {
    private func target(of route: WebRoute) -> String {
        route.path.template.replacing("{name}", with: "x")
    }

    @Test("sends who is not signed in to the sign-in page, and back afterwards")
    func signedOut() async throws {
        try await withSite(routes) { site in
            for route in site.site.routes where route.access != .everyone {
                let answer = try await site.ask(
                    route.method.text, target(of: route), body: route.method == .post ? "" : nil)
                #expect(answer.status == 303, "\(route.path.template)")
                let next = route.method == .get ? WebAddress.escaped(target(of: route)) : "%2F"
                #expect(answer.field("location") == "/sign-in?next=\(next)")
            }
        }
    }

    @Test("refuses a role that may not with 403")
    func roles() async throws {
        let cookies: [(UserRole, String)] = [
            (.member, MadeUpSessions.member), (.builder, MadeUpSessions.builder), (.operator, MadeUpSessions.operator),
        ]
        try await withSite(routes) { site in
            for route in site.site.routes where route.method == .get && route.path.template != "/language" {
                for (role, cookie) in cookies {
                    let answer = try await site.ask("GET", target(of: route), ["cookie: patchbay=\(cookie)"])
                    let person = SignedInPerson(user: "u", name: "n", role: role, groups: [], session: [])
                    let expected = route.access.admits(person) ? 200 : 403
                    #expect(answer.status == expected, "\(route.path.template) as \(role)")
                }
            }
        }
    }

    @Test("refuses a form of a page without the browser's value, with another session's, and from another origin")
    func forgedForms() async throws {
        try await withSite(routes) { site in
            let cookie = "cookie: patchbay=\(MadeUpSessions.operator)"
            let own = try await site.ask("GET", "/open", [cookie]).formToken
            let others = try await site.ask("GET", "/open", ["cookie: patchbay=\(MadeUpSessions.member)"]).formToken
            #expect(own != others && own.count == 43)
            for route in site.site.routes where route.method == .post && route.kind == .page {
                let target = target(of: route)
                #expect(try await site.post(target, [], [cookie]).status == 403)
                #expect(try await site.post(target, [("form_token", "")], [cookie]).status == 403)
                #expect(try await site.post(target, [("form_token", others)], [cookie]).status == 403)
                let token = ("form_token", own)
                #expect(try await site.post(target, [token, token], [cookie]).status == 403)
                for foreign in [
                    "origin: https://evil.example", "origin: null", "sec-fetch-site: cross-site",
                    "sec-fetch-site: same-site",
                ] {
                    #expect(try await site.post(target, [token], [cookie, foreign]).status == 403, "\(foreign)")
                }
                let json = try await site.ask("POST", target, [cookie, "content-type: application/json"], body: "{}")
                #expect(json.status == 415)
                let own = ["origin: http://localhost:8080", "sec-fetch-site: same-origin"]
                #expect(try await site.post(target, [token], [cookie] + own).status == 303)
            }
        }
    }

    @Test("knows methods: HEAD where GET is, OPTIONS everywhere, 405 with Allow for the rest")
    func methods() async throws {
        try await withSite(routes) { site in
            let head = try await site.ask("HEAD", "/open")
            #expect(head.status == 200 && head.body.isEmpty && head.field("content-type") == "text/html; charset=utf-8")
            let refused = try await site.ask("DELETE", "/open")
            #expect(refused.status == 405 && refused.field("allow") == "GET, HEAD, POST, OPTIONS")
            #expect(try await site.ask("GET", "/token").field("allow") == "POST, OPTIONS")
            #expect(try await site.ask("OPTIONS", "/open").status == 204)
            #expect(try await site.ask("OPTIONS", "/open").field("access-control-allow-origin") == nil)
            let preflight = try await site.ask("OPTIONS", "/token", ["origin: https://app.example"])
            #expect(preflight.field("access-control-allow-origin") == "*")
            #expect(preflight.field("access-control-allow-credentials") == nil)
        }
    }

    @Test("gives pages their policy, and a program neither cookies nor pages")
    func fields() async throws {
        try await withSite(routes) { site in
            let page = try await site.ask("GET", "/open")
            let policy = try #require(page.field("content-security-policy"))
            #expect(policy.contains("frame-ancestors 'none'") && policy.contains("default-src 'none'"))
            #expect(policy.contains("form-action 'self'") && !policy.contains("unsafe"))
            #expect(page.field("x-frame-options") == "DENY")
            #expect(page.field("referrer-policy") == "same-origin")
            #expect(page.field("x-content-type-options") == "nosniff")
            #expect(page.field("cache-control") == "no-store")
            #expect(page.field("cross-origin-opener-policy") == nil)

            let cookie = "cookie: patchbay=\(MadeUpSessions.operator)"
            let answer = try await site.ask("POST", "/token", [cookie], body: "a=b")
            #expect(answer.text == #"{"cookie":"none","person":false}"#)
            #expect(answer.field("set-cookie") == nil && answer.field("access-control-allow-origin") == "*")
            let large = try await site.ask("POST", "/token", body: String(repeating: "x", count: 101))
            #expect(large.status == 413 && large.text.contains("too_large"))
            #expect(try await site.ask("POST", "/token", body: String(repeating: "x", count: 100)).status == 200)
        }
    }

    @Test("answers an unknown address as the asker reads: a page or JSON")
    func unknown() async throws {
        try await withSite(routes) { site in
            let page = try await site.ask("GET", "/nothing", ["accept: text/html", "accept-language: de"])
            #expect(page.status == 404 && page.text.contains("Unter dieser Adresse gibt es nichts"))
            let json = try await site.ask("GET", "/nothing", ["accept: application/json"])
            #expect(json.status == 404 && json.text.contains(#""error":"not_found""#))
            #expect(try await site.ask("GET", "/rule", ["accept: application/json"]).status == 401)
        }
    }

    @Test("keeps the reason of a failure for the operator, and the style sheet in the browser")
    func failuresAndAssets() async throws {
        let broken = WebRoute(.get, "/broken", .everyone) { (_) throws(WebProblem) in throw .broken("disk on fire") }
        let away = WebRoute(.get, "/away", .everyone) { (_) throws(WebProblem) in throw .unavailable("no store") }
        try await withSite([broken, away]) { site in
            let answer = try await site.ask("GET", "/broken")
            #expect(answer.status == 500 && !answer.text.contains("fire"))
            let other = try await site.ask("GET", "/away")
            #expect(other.status == 503 && other.field("retry-after") == "5" && !other.text.contains("store"))
            #expect(site.reports.all == ["disk on fire", "no store"])

            let sheet = try await site.ask("GET", "/assets/patchbay.css")
            let tag = try #require(sheet.field("etag"))
            #expect(sheet.status == 200 && sheet.field("content-type") == "text/css; charset=utf-8")
            for value in [tag, "\"x\", \(tag)", "W/\(tag)"] {
                let again = try await site.ask("GET", "/assets/patchbay.css", ["if-none-match: \(value)"])
                #expect(again.status == 304 && again.body.isEmpty, "\(value)")
            }
            #expect(try await site.ask("GET", "/assets/patchbay.css", ["if-none-match: \"x\""]).status == 200)
        }
    }

    @Test("ends a redirect URI's redirect in no other field (CWE-113)")
    func headerInjection() throws {
        for uri in [
            "https://a.example/\r\nset-cookie: x=y", "https://a.example/\n", "https://a.example/ b", "", "a\u{0}",
        ] {
            #expect(throws: WebProblem.self) { try WebResponse.redirect(toRegistered: uri) }
        }
        #expect(
            try WebResponse.redirect(toRegistered: "cursor://x?code=1").fields.first(.location) == "cursor://x?code=1")
    }
}
