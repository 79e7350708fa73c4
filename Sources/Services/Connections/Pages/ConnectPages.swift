import GatewayModel
import HTTPMessages
import WebUI

/// The pages that a person sees who connects an account from a link in a chat, or whose way back was in vain.
enum ConnectPages {
    /// What will be connected, whose account it will be for, and the button.
    static func connect(
        _ connection: UpstreamConnection, next: WebAddress, _ request: WebRequest, _ person: SignedInPerson
    ) -> Page {
        let language = request.language
        let name = connection.upstream.text
        let view = connection.view(title: name, isItsPage: true)
        return Page(heading: language.text(ConnectWord.title, name), formTarget: .anotherParty) {
            Tag.p {
                language.html(
                    connection.auth == .shared ? ConnectWord.sharedLead : .lead, ForeignText(name).html)
            }
            Tag.p(.class("muted")) { language.html(ConnectWord.whose, ForeignText(person.name).html) }
            Tag.ul(.class("list")) {
                ConnectionRow.html(view, language) { button(view, connection, next, request) }
            }
        }
    }

    private static func button(
        _ view: ConnectionView, _ connection: UpstreamConnection, _ next: WebAddress, _ request: WebRequest
    ) -> HTML {
        let hidden = [(name: "next", value: next.text)]
        guard connection.canConnect else { return HTML() }
        switch ConnectionRow.offer(view, request.language) {
        case .connect(let label):
            return PostForm.button(
                to: WebAddress(path: ["connect", view.upstream]), request.formToken, hidden: hidden, label: label)
        case .disconnect(let label):
            return PostForm.button(
                to: WebAddress(path: ["connect", view.upstream, "disconnect"]), request.formToken, hidden: hidden,
                style: "button danger", label: label)
        case nil: return HTML()
        }
    }

    /// It is connected, and the person came from somewhere outside.
    static func done(_ name: String, _ language: Language) -> Page {
        Page(heading: language.text(ConnectWord.done, name)) {
            Tag.p { language.text(ConnectWord.doneText) }
        }
    }

    /// It was not connected, and the person can go back to where they came from.
    static func failed(_ error: ConnectionError, back: WebAddress, _ name: String, _ language: Language) -> Page {
        Page(heading: language.text(ConnectWord.title, name)) {
            Tag.p(.class("alert"), .role("alert")) { error.text(language) }
            Tag.p { Tag.a(.class("button"), .href(back)) { language.text(ConnectWord.back) } }
        }
    }
}
