import GatewayModel
import HTTPMessages
import Storage
import Telemetry
import WebUI

/// The account page.
struct AccountPage {
    /// What was done just before.
    enum Notice {
        case newKey(Secret<String>, server: ServerChoice)
        case problem(String)
        case done(String)
    }

    private let content: AccountContent
    private let person: SignedInPerson
    private let request: WebRequest
    private let notice: Notice?
    private var language: Language { request.language }

    init(_ content: AccountContent, _ person: SignedInPerson, _ request: WebRequest, notice: Notice? = nil) {
        self.content = content
        self.person = person
        self.request = request
        self.notice = notice
    }

    /// Connect leads to another party.
    var page: Page {
        Page(heading: language.text(PeopleWord.account), formTarget: .anotherParty) {
            notice.map(shown)
            profile
            connections
            grants
            keys
            if content.hasPassword { password }
            browsers
        }
    }

    private func shown(_ notice: Notice) -> HTML {
        switch notice {
        case .problem(let text): Tag.p(.class("alert"), .role("alert")) { text }
        case .done(let text): Tag.p(.class("done"), .role("status")) { text }
        case .newKey(let secret, let server):
            Tag.div(.class("done"), .role("status")) {
                Tag.p { language.html(PeopleWord.newKey, ForeignText(server.title).html) }
                Tag.code(.class("secret"), .id("new-key")) { secret.exposed }
            }
        }
    }

    private var profile: HTML {
        Tag.section(.class("card")) {
            Tag.dl(.class("facts")) {
                Tag.dt { language.text(PeopleWord.userName) }
                Tag.dd { ForeignText(person.name).html }
                Tag.dt { language.text(PeopleWord.role) }
                Tag.dd { roleName }
                if !person.groups.isEmpty {
                    Tag.dt { language.text(PeopleWord.groups) }
                    Tag.dd { ForeignText(person.groups.sorted().joined(separator: ", "), max: 1000).html }
                }
            }
        }
    }

    private var roleName: String {
        switch person.role {
        case .operator: language.text(PeopleWord.roleOperator)
        case .builder: language.text(PeopleWord.roleBuilder)
        case .member: language.text(PeopleWord.roleMember)
        }
    }

    private func section(_ id: String, _ title: PeopleWord, @HTMLBuilder _ content: () -> HTML) -> HTML {
        Tag.section(.class("card"), .labelled(by: id)) {
            Tag.h2(.id(id)) { language.text(title) }
            content()
        }
    }

    private var connections: HTML {
        section("connections", .connections) {
            if content.connections.isEmpty {
                Tag.p(.class("muted")) { language.text(PeopleWord.noConnections) }
            } else {
                Tag.ul(.class("list")) {
                    for connection in content.connections {
                        ConnectionRow.html(connection, language) { button(of: connection) }
                    }
                }
            }
        }
    }

    private func button(of connection: ConnectionView) -> HTML? {
        let title = ForeignText(connection.title).text
        switch ConnectionRow.offer(connection, language) {
        case .connect(let label):
            return PostForm.button(
                to: WebAddress(path: ["connect", connection.upstream]), request.formToken,
                hidden: [("next", "/account")],
                .label("\(label): \(title)"), label: label)
        case .disconnect(let label):
            return PostForm.button(
                to: WebAddress(path: ["connect", connection.upstream, "disconnect"]), request.formToken,
                hidden: [("next", "/account")], style: "quiet", .label("\(label): \(title)"), label: label)
        case nil: return nil
        }
    }

    private var grants: HTML {
        section("clients", .clients) {
            if content.grants.isEmpty {
                Tag.p(.class("muted")) { language.text(PeopleWord.noClients) }
            } else {
                Tag.ul(.class("list")) {
                    for grant in content.grants { row(grant) }
                }
            }
        }
    }

    private func row(_ grant: GrantView) -> HTML {
        Tag.li(.class("row")) {
            Tag.div(.class("what")) {
                Tag.p { Tag.strong { ForeignText(grant.client).html } }
                Tag.p(.class("muted")) {
                    language.html(
                        PeopleWord.grantDetails, ForeignText(grant.server).html, Tag.code { grant.scopes.text },
                        HTML(text: language.day(grant.since)))
                }
            }
            PostForm.button(
                to: WebAddress(path: ["account", "clients", grant.id, "revoke"]), request.formToken, style: "danger",
                .label("\(language.text(PeopleWord.revoke)): \(ForeignText(grant.client).text)"),
                label: language.text(PeopleWord.revoke))
        }
    }

    private var keys: HTML {
        section("keys", .keys) {
            Tag.p(.class("muted")) { language.text(PeopleWord.keysText) }
            if !content.keys.isEmpty {
                Tag.ul(.class("list")) {
                    for key in content.keys { row(key) }
                }
                Tag.hr()
            }
            if !content.servers.isEmpty { newKeyForm }
        }
    }

    private func row(_ key: StoredAPIKey) -> HTML {
        let name = key.name.isEmpty ? key.id : key.name
        return Tag.li(.class("row")) {
            Tag.div(.class("what")) {
                Tag.p { Tag.strong { ForeignText(name).html } }
                Tag.p(.class("muted")) {
                    language.html(
                        PeopleWord.keyDetails, ForeignText(content.title(of: key.server)).html,
                        HTML(text: language.day(key.createdAt)))
                }
            }
            PostForm.button(
                to: WebAddress(path: ["account", "keys", key.id, "revoke"]), request.formToken, style: "danger",
                .label("\(language.text(PeopleWord.revoke)): \(ForeignText(name).text)"),
                label: language.text(PeopleWord.revoke))
        }
    }

    private var newKeyForm: HTML {
        PostForm.html(to: "/account/keys", request.formToken) {
            Tag.div(.class("field")) {
                Tag.label(.for("key-server")) { language.text(PeopleWord.keyServer) }
                Tag.select(.id("key-server"), .name("server")) {
                    for server in content.servers {
                        Tag.option(.value(server.slug.text)) { ForeignText(server.title).text }
                    }
                }
            }
            Tag.div(.class("field")) {
                Tag.label(.for("key-name")) { language.text(PeopleWord.keyName) }
                Tag.input(
                    .id("key-name"), .name("name"), .type("text"), .autocomplete("off"),
                    .maxLength(PeopleService.keyNameBytesMax))
            }
            Tag.button(.type("submit"), .class("quiet")) { language.text(PeopleWord.createKey) }
        }
    }

    private var password: HTML {
        section("password", .changePassword) {
            Tag.p(.class("muted")) { language.text(PeopleWord.changePasswordText) }
            PostForm.html(to: "/account/password", request.formToken) {
                // For password managers, which want to know whose it is.
                Tag.input(.type("hidden"), .autocomplete("username"), .value(person.name))
                Tag.div(.class("field")) {
                    Tag.label(.for("present-password")) { language.text(PeopleWord.presentPassword) }
                    Tag.input(
                        .id("present-password"), .name("present"), .type("password"),
                        .autocomplete("current-password"), .maxLength(Password.bytesMax), .required())
                }
                Tag.div(.class("field")) {
                    Tag.label(.for("new-password")) { language.text(PeopleWord.newPassword) }
                    Tag.input(
                        .id("new-password"), .name("password"), .type("password"), .autocomplete("new-password"),
                        .minLength(Password.bytesMin), .maxLength(Password.bytesMax), .required(),
                        .described(by: "password-rule"))
                    Tag.small(.id("password-rule")) {
                        language.text(PeopleWord.passwordRule, String(Password.bytesMin))
                    }
                }
                Tag.button(.type("submit"), .class("quiet")) { language.text(PeopleWord.changePassword) }
            }
        }
    }

    private var browsers: HTML {
        section("browsers", .browsers) {
            Tag.p(.class("muted")) { language.text(PeopleWord.browsersText) }
            PostForm.button(
                to: "/account/sign-out-everywhere", request.formToken, style: "quiet",
                label: language.text(PeopleWord.signOutEverywhere))
        }
    }
}
