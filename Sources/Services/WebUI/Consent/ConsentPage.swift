import GatewayModel
import HTTPMessages

/// The page on which a person gives a client access.
package enum ConsentPage {
    /// Where its forms lead.
    package static let address: WebAddress = "/oauth/consent"

    /// The page for whoever is signed in.
    package static func page(_ view: ConsentView, for person: SignedInPerson, _ request: WebRequest) -> Page {
        let language = request.language
        let client = ForeignText(view.clientName)
        return Page(title: language.text(ConsentWord.title, client.text), formTarget: .anotherParty) {
            Tag.h1 { language.html(ConsentWord.title, client.html) }
            view.notice.map { notice($0, language) }
            warning(view, language)
            facts(view, person, request)
            connections(view, request)
            decision(view, request)
        }
    }

    private static func notice(_ notice: ConsentView.Notice, _ language: Language) -> HTML {
        switch notice {
        case .requiredMissing: Tag.p(.class("alert"), .role("alert")) { language.text(ConsentWord.requiredMissing) }
        case .connected(let title):
            Tag.p(.class("done"), .role("status")) {
                language.html(ConsentWord.nowConnected, ForeignText(title).html)
            }
        case .failed(let sentence): Tag.p(.class("alert"), .role("alert")) { sentence }
        case .clientChanged: Tag.p(.class("note")) { language.text(ConsentWord.clientChanged) }
        }
    }

    private static func warning(_ view: ConsentView, _ language: Language) -> HTML? {
        guard case .device = view.destination else { return nil }
        return Tag.p(.class("note")) { language.text(ConsentWord.deviceWarning) }
    }

    private static func facts(_ view: ConsentView, _ person: SignedInPerson, _ request: WebRequest) -> HTML {
        let language = request.language
        return Tag.section(.class("card")) {
            Tag.dl(.class("facts")) {
                Tag.dt { language.text(ConsentWord.client) }
                Tag.dd {
                    Tag.strong { ForeignText(view.clientName).html }
                    if let host = view.clientHost {
                        " "
                        language.html(ConsentWord.clientFrom, ForeignText(host).html)
                    } else {
                        Tag.div(.class("muted")) { language.text(ConsentWord.clientUnproven) }
                    }
                }
                Tag.dt { language.text(ConsentWord.answerGoesTo) }
                Tag.dd { destination(view.destination, language) }
                Tag.dt { language.text(ConsentWord.server) }
                Tag.dd {
                    ForeignText(view.serverTitle).html
                    if view.serverWasMissing {
                        Tag.div(.class("muted")) { language.text(ConsentWord.serverWasMissing) }
                    }
                }
                Tag.dt { language.text(ConsentWord.may) }
                Tag.dd { scopes(view.scopes, language) }
                Tag.dt { language.text(ConsentWord.you) }
                Tag.dd {
                    ForeignText(person.name).html
                    otherAccount(view, request)
                }
            }
        }
    }

    private static func destination(_ destination: ConsentView.Destination, _ language: Language) -> HTML {
        switch destination {
        case .web(let host): Tag.strong { ForeignText(host).html }
        case .device(let address): language.html(ConsentWord.onThisDevice, Tag.code { ForeignText(address).html })
        }
    }

    private static func scopes(_ scopes: AccessScopes, _ language: Language) -> HTML {
        Tag.ul {
            if scopes.contains(.read) { Tag.li { language.text(ConsentWord.scopeRead) } }
            if scopes.contains(.write) { Tag.li { language.text(ConsentWord.scopeWrite) } }
        }
    }

    /// Signs out and comes back here through the sign-in page.
    private static func otherAccount(_ view: ConsentView, _ request: WebRequest) -> HTML {
        let back = WebAddress(path: ["oauth", "consent"], query: [(ConsentField.request, view.request)])
        return PostForm.button(
            to: "/sign-out", request.formToken, hidden: [("next", back.text)], style: "quiet",
            label: request.language.text(ConsentWord.otherAccount))
    }

    private static func connections(_ view: ConsentView, _ request: WebRequest) -> HTML? {
        guard !view.connections.isEmpty else { return nil }
        let language = request.language
        return Tag.section(.class("card"), .labelled(by: "connections")) {
            Tag.h2(.id("connections")) { language.text(ConsentWord.connections) }
            Tag.ul(.class("list")) {
                for connection in view.connections {
                    ConnectionRow.html(connection, language) { button(connection, view, request) }
                }
            }
        }
    }

    private static func button(_ connection: ConnectionView, _ view: ConsentView, _ request: WebRequest) -> HTML? {
        let (action, label, style): (ConsentAction, String, StaticString)
        switch ConnectionRow.offer(connection, request.language) {
        case .connect(let text): (action, label, style) = (.connect, text, "button")
        case .disconnect(let text): (action, label, style) = (.disconnect, text, "quiet")
        case nil: return nil
        }
        return PostForm.button(
            to: address, request.formToken,
            hidden: [
                (ConsentField.request, view.request), (ConsentField.action, action.rawValue),
                (ConsentField.upstream, connection.upstream),
            ],
            style: style, .label("\(label): \(ForeignText(connection.title).text)"), label: label)
    }

    private static func decision(_ view: ConsentView, _ request: WebRequest) -> HTML {
        let language = request.language
        return HTML {
            if view.connections.contains(where: \.blocksAccess) {
                Tag.p(.id("missing"), .class("muted")) { language.text(ConsentWord.connectFirst) }
            }
            PostForm.html(to: address, request.formToken, hidden: [(ConsentField.request, view.request)]) {
                Tag.div(.class("actions")) {
                    Tag.button(
                        .type("submit"), .class("button"), .name(ConsentField.action),
                        .value(ConsentAction.authorize.rawValue)
                    ) { language.text(ConsentWord.authorize) }
                    Tag.button(
                        .type("submit"), .class("quiet"), .name(ConsentField.action),
                        .value(ConsentAction.cancel.rawValue)
                    ) { language.text(ConsentWord.cancel) }
                }
            }
        }
    }
}
