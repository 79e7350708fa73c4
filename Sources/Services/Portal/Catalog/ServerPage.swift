import ClientGuides
import HTTPMessages
import WebUI

/// The steps to connect each client to one server.
struct ServerPage {
    let entry: CatalogEntry
    let language: Language

    var page: Page {
        Page(heading: ForeignText(entry.target.title).text) {
            Tag.p { Tag.a(.href("/catalog")) { language.text(PortalWord.back) } }
            Tag.section(.class("card"), .labelled(by: "address")) {
                Tag.h2(.id("address")) { language.text(PortalWord.address) }
                Tag.code(.class("secret")) { entry.target.url }
            }
            Tag.h2 { language.text(PortalWord.chooseClient) }
            for guide in ClientGuide.all { details(guide) }
            Tag.h2 { language.text(PortalWord.next) }
            Tag.p {
                language.html(PortalWord.nextText, Tag.a(.href("/account")) { language.text(PortalWord.account) })
            }
        }
    }

    private func details(_ guide: ClientGuide) -> HTML {
        Tag.details(.class("card guide"), .id("client-\(guide.id)")) {
            Tag.summary { guide.name }
            if let obstacle = guide.obstacle(entry.target) {
                Tag.p(.class("note")) { obstacle.text(in: language) }
            }
            Tag.ol {
                for step in guide.steps(entry.target) {
                    Tag.li { html(step) }
                }
            }
        }
    }

    private func html(_ step: GuideStep) -> HTML {
        switch step {
        case .say(let text): HTML(text: text.text(in: language))
        case .paste(let text, let value):
            HTML {
                HTML(text: text.text(in: language))
                Tag.code(.class("secret paste")) { value }
            }
        case .open(let text, let url):
            if let link = WebAddress(absolute: url) ?? WebAddress(client: url) {
                Tag.a(.href(link)) { text.text(in: language) }
            } else {
                HTML(text: "\(text.text(in: language)): \(url)")
            }
        }
    }
}
