import GatewayModel
import HTTPMessages
import HTTPTransport
import Reactor
import Testing

@testable import Outbound

@Suite struct `A fetch of what somebody named` {
    @Test("brings status, fields and body")
    func whole() async throws {
        try await withWeb(handler: { $0.answer(#"{"a":1}"#, type: "Application/Client+JSON; charset=utf-8") }) { web in
            let answer = try await web.get("/client.json?x=1").get()
            #expect(answer.status == 200)
            #expect(answer.fields.first(.contentType) == "Application/Client+JSON; charset=utf-8")
            #expect(String(decoding: answer.body, as: UTF8.self) == #"{"a":1}"#)
            #expect(web.requests == ["GET /client.json?x=1"])
        }
    }

    @Test("sends forms and JSON with their types and lengths")
    func bodies() async throws {
        let echo: WebUnderTest.Handler = { exchange in
            let body = (try? await exchange.body(limit: 1_000)) ?? []
            let type = exchange.head.fields.first(.contentType) ?? "none"
            exchange.answer(
                "\(type) \(exchange.head.fields.first(.accept) ?? "") " + String(decoding: body, as: UTF8.self))
        }
        try await withWeb(handler: echo) { web in
            let form = await web.get {
                $0.method = .post
                $0.body = .form([("grant_type", "refresh_token"), ("scope", "a b&c")])
            }
            #expect(
                form.text
                    == "application/x-www-form-urlencoded application/json grant_type=refresh_token&scope=a%20b%26c")
            let json = await web.get {
                $0.method = .post
                $0.body = .json(Array("{}".utf8))
            }
            #expect(json.text == "application/json application/json {}")
        }
    }

    @Test("gives the body of an error too, whatever its type")
    func errorAnswer() async throws {
        try await withWeb(handler: { $0.answer("<p>no", type: "text/html", status: 403) }) { web in
            let answer = try await web.get().get()
            #expect(answer.status == 403)
            #expect(!answer.isSuccess)
        }
    }

    // MARK: Where it may lead (MCP, Security Best Practices, Server-Side Request Forgery)

    @Test(
        "goes to no address of special use, as a literal or behind a name, and nothing is sent",
        arguments: ["127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "localhost", "private.example", "mapped.example"])
    func privateAddress(host: String) async throws {
        let names = NameTable([
            "localhost": [["127.0.0.1"]], "private.example": [["127.0.0.1"]], "mapped.example": [["::ffff:127.0.0.1"]],
        ])
        try await withWeb(rules: .strict, names: names, handler: { $0.answer("{}") }) { web in
            for scheme in [HTTPURL.Scheme.http, .https] {
                guard case .refusedAddress = await web.get(host: host, scheme: scheme).error else {
                    Issue.record("\(scheme) was not refused")
                    continue
                }
            }
            #expect(web.requests.isEmpty)
        }
    }

    @Test("connects to the address that was judged, even if the name has another one a moment later")
    func rebinding() async throws {
        // The first answer is public and dead, each later one is this machine.
        let names = NameTable(["rebinding.example": [["192.0.2.1"], ["127.0.0.1"]]])
        let rules = OutboundRules(allowed: [try AddressBlock("192.0.2.0/24")])
        try await withWeb(
            rules: rules, names: names, settings: FetchSettings { $0.connectTime = .milliseconds(50) },
            handler: { $0.answer("{}") }
        ) { web in
            let first = await web.get(host: "rebinding.example")
            guard case .connection = first.error else {
                Issue.record("\(first)")
                return
            }
            let second = await web.get(host: "rebinding.example")
            guard case .refusedAddress(_, let address) = second.error else {
                Issue.record("\(second)")
                return
            }
            #expect(address.description == "127.0.0.1")
            #expect(web.requests.isEmpty)
        }
    }

    @Test("leaves out the addresses of a name that may not be reached, and takes the others")
    func mixedAddresses() async throws {
        let names = NameTable(["mixed.example": [["10.255.255.1", "127.0.0.1"]]])
        try await withWeb(names: names, handler: { $0.answer("{}") }) { web in
            #expect(await web.get(host: "mixed.example").text == "{}")
        }
    }

    @Test("does not speak http to the public Internet")
    func httpToPublic() async throws {
        let names = NameTable(["public.example": [["93.184.216.34"]]])
        try await withWeb(names: names, handler: { $0.answer("{}") }) { web in
            #expect(await web.get(host: "public.example").error == .insecure(host: "public.example"))
        }
    }

    @Test("goes to a host that the operator wrote down, whatever its address, and to no other")
    func operatorsHost() async throws {
        let names = NameTable(["inside.example": [["127.0.0.1"]], "other.example": [["127.0.0.1"]]])
        try await withWeb(rules: .strict, names: names, handler: { $0.answer("{}") }) { web in
            let host = try HTTPHost("inside.example")
            #expect(await web.get(host: "inside.example") { $0.operatorsHosts = [host] }.text == "{}")
            #expect(await web.get(host: "other.example") { $0.operatorsHosts = [host] }.error != nil)
        }
    }

    // MARK: Redirects

    @Test("takes a redirect for an answer when none are followed")
    func redirectUnfollowed() async throws {
        try await withWeb(handler: { $0.answer("", status: 302, location: "/next") }) { web in
            #expect(await web.get().status == 302)
            #expect(web.requests == ["GET /"])
        }
    }

    @Test("judges each hop of a redirect: one into a private network is refused, and nothing is sent there")
    func redirectToPrivate() async throws {
        let inside = try IPAddress("10.0.0.1")
        let names = NameTable(["outside.example": [["127.0.0.1"]], "inside.example": [["10.0.0.1"]]])
        let handler: WebUnderTest.Handler = { $0.answer("", status: 302, location: "http://inside.example/latest") }
        try await withWeb(names: names, handler: handler) { web in
            let result = await web.get(host: "outside.example") { $0.redirectsMax = 3 }
            #expect(result.error == .refusedAddress(host: "inside.example", inside))
            #expect(web.requests == ["GET /"])
        }
    }

    @Test("follows as many redirects as may be, and not one more")
    func redirectLimit() async throws {
        let handler: WebUnderTest.Handler = { exchange in
            let step = Int(exchange.target.dropFirst()) ?? 0
            if step == 3 { exchange.answer("{}") } else { exchange.answer("", status: 307, location: "/\(step + 1)") }
        }
        try await withWeb(handler: handler) { web in
            let whole = try await web.get("/0") { $0.redirectsMax = 3 }.get()
            #expect(whole.url.target == "/3")
            let short = await web.get("/0") { $0.redirectsMax = 2 }
            #expect(short.error == .tooManyRedirects(host: "127.0.0.1", limit: 2))
        }
    }

    @Test("takes no field of the caller along to another origin")
    func redirectWithoutFields() async throws {
        let names = NameTable(["other.example": [["127.0.0.1"]]])
        let handler: WebUnderTest.Handler = { exchange in
            if exchange.target.utf8.count == 1 {
                let host = exchange.head.fields.first(.host) ?? ""
                let port = host.split(separator: ":").last ?? ""
                exchange.answer("", status: 302, location: "http://other.example:\(port)/there")
            } else {
                exchange.answer(exchange.head.fields.first(.authorization) ?? "none")
            }
        }
        try await withWeb(names: names, handler: handler) { web in
            let result = await web.get {
                $0.redirectsMax = 1
                $0.fields.append(.authorization, literal: "Bearer one")
            }
            #expect(result.text == "none")
        }
    }

    @Test(
        "follows only what is a URL to call, and never from https down to http",
        arguments: [
            "javascript:alert(1)", "file:///etc/passwd", "http://user:word@host/", "relative", "//", "https://",
        ])
    func badRedirect(location: String) async throws {
        try await withWeb(handler: { $0.answer("", status: 302, location: location) }) { web in
            let result = await web.get { $0.redirectsMax = 3 }
            #expect(result.error == .badRedirect(host: "127.0.0.1", to: location))
        }
        let base = try HTTPURL("https://host/")
        #expect(RedirectTarget.url("http://host/", from: base) == nil)
        #expect(RedirectTarget.url("//other/x#y", from: base)?.description == "https://other/x")
    }

    // MARK: Limits

    @Test("takes a body of the limit, and not one byte more, with a length or without one")
    func oversized() async throws {
        let handler: WebUnderTest.Handler = { exchange in
            let target = exchange.target
            let count = Int(target.dropFirst(2)) ?? 0
            guard target.hasPrefix("/c") else { return exchange.answer(String(repeating: "x", count: count)) }
            var fields = HTTPFields()
            fields.append(.contentType, literal: "application/json")
            try? exchange.beginStream(status: 200, fields: fields)
            try? await exchange.write([UInt8](repeating: 0x78, count: count))
            exchange.finishStream()
        }
        try await withWeb(handler: handler) { web in
            for kind in ["l", "c"] {
                #expect(await web.get("/\(kind)1000") { $0.bytesMax = 1_000 }.text?.count == 1_000)
                let long = await web.get("/\(kind)1001") { $0.bytesMax = 1_000 }
                #expect(long.error == .tooLong(host: "127.0.0.1", limit: 1_000))
            }
        }
    }

    @Test("gives a slow answer up when its time is over")
    func slow() async throws {
        try await withWeb(handler: { await $0.untilClientGone() }) { web in
            let result = await web.get { $0.time = .milliseconds(100) }
            #expect(result.error == .timedOut(host: "127.0.0.1", seconds: 0, isSent: true))
            #expect(result.error?.isRetryable == true)
            #expect(result.error?.isProvenUnsent == false)
        }
    }

    @Test("gives a body up that drips, when its time is over")
    func dripping() async throws {
        let handler: WebUnderTest.Handler = { exchange in
            var fields = HTTPFields()
            fields.append(.contentType, literal: "application/json")
            try? exchange.beginStream(status: 200, fields: fields)
            while (try? await exchange.write([0x20])) != nil {
                guard await exchange.pause(nanoseconds: 1_000_000) else { break }
            }
        }
        try await withWeb(handler: handler) { web in
            let result = await web.get { $0.time = .milliseconds(200) }
            #expect(result.error == .timedOut(host: "127.0.0.1", seconds: 0, isSent: true))
        }
    }

    @Test(
        "refuses a success of another type than JSON, and one without a type",
        arguments: [
            "text/html", "text/json", "application/jsonp", "application/x+jsonx", "json", "+json", "application/+json",
            "",
        ])
    func mediaType(type: String) async throws {
        try await withWeb(handler: { $0.answer("{}", type: type) }) { web in
            #expect(await web.get().error == .mediaType(host: "127.0.0.1", found: type))
            #expect(await web.get { $0.accepts = .any }.text == "{}")
        }
    }

    @Test("refuses a compressed answer, which could be far longer than it seems")
    func compressed() async throws {
        let handler: WebUnderTest.Handler = { exchange in
            var fields = HTTPFields()
            fields.append(.contentType, literal: "application/json")
            fields.append(.contentEncoding, literal: "gzip")
            exchange.respond(status: 200, fields: fields, body: [0x1F, 0x8B])
        }
        try await withWeb(handler: handler) { web in
            #expect(await web.get().error == .encoded(host: "127.0.0.1", coding: "gzip"))
        }
    }

    @Test("has as many under way as may be for one purpose and one host, and one more is refused at once")
    func places() async throws {
        let settings = FetchSettings {
            $0.fetchesMax = 3
            $0.fetchesPerHostMax = 2
        }
        let names = NameTable(["a.example": [["127.0.0.1"]], "b.example": [["127.0.0.1"]]])
        let slow: WebUnderTest.Handler = { exchange in
            if exchange.target.utf8.count > 1 { await exchange.untilClientGone() } else { exchange.answer("{}") }
        }
        try await withWeb(names: names, settings: settings, handler: slow) { web in
            await withTaskGroup(of: Void.self) { tasks in
                for (count, host) in ["a.example", "a.example", "b.example"].enumerated() {
                    tasks.addTask { _ = await web.get("/slow", host: host) }
                    #expect(await eventually { web.requests.count == count + 1 })
                    if count == 1 {
                        #expect(await web.get(host: "a.example").error == .busy(limit: 2))
                    }
                }
                #expect(await web.get(host: "c.example").error == .busy(limit: 3))
                // Another purpose has places of its own.
                #expect(await web.get(host: "a.example") { $0.purpose = .keys }.text == "{}")
                tasks.cancelAll()
            }
            #expect(await web.get(host: "a.example").text == "{}")
        }
    }

    @Test("ends when the task that asked is cancelled")
    func cancelled() async throws {
        try await withWeb(handler: { await $0.untilClientGone() }) { web in
            let task = Task { await web.get() }
            #expect(await eventually { web.requests.count == 1 })
            task.cancel()
            #expect(await task.value.error == .cancelled)
        }
    }

    // MARK: TLS

    @Test("trusts the operator's own authority, for the names of the certificate only")
    func certificates() async throws {
        let certificates = try TemporaryCertificates()
        try certificates.makeServer(for: "DNS:documents.example")
        let names = NameTable(["documents.example": [["127.0.0.1"]], "another.example": [["127.0.0.1"]]])
        try await withWeb(names: names, certificates: certificates, handler: { $0.answer("{}") }) { web in
            #expect(await web.get(host: "documents.example", scheme: .https).text == "{}")
            let wrong = await web.get(host: "another.example", scheme: .https)
            guard case .tls = wrong.error else {
                Issue.record("\(wrong)")
                return
            }
        }
    }
}
