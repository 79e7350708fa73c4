import ClientGuides
import HTTPMessages
import WebUI

/// The virtual servers that a person may use.
struct CatalogPage {
    let entries: [CatalogEntry]
    let language: Language

    var page: Page {
        Page(heading: language.text(PortalWord.catalog)) {
            if entries.isEmpty {
                Tag.p(.class("note")) { language.text(PortalWord.noServers) }
            } else {
                Tag.p { language.text(PortalWord.catalogText) }
                for entry in entries {
                    Self.card(entry, language, link: WebAddress(path: ["catalog", entry.slug]))
                }
            }
        }
    }

    /// One server with its address and the way to its steps.
    static func card(_ entry: CatalogEntry, _ language: Language, link: WebAddress?) -> HTML {
        let title = ForeignText(entry.target.title)
        return Tag.section(.class("card"), .labelled(by: "server-\(entry.slug)")) {
            Tag.h2(.id("server-\(entry.slug)")) { title.html }
            Tag.p { Tag.code(.class("secret")) { entry.target.url } }
            if let link {
                Tag.p(.class("actions")) {
                    Tag.a(
                        .class("button"), .href(link),
                        .label("\(language.text(PortalWord.connectClient)): \(title.text)")
                    ) { language.text(PortalWord.connectClient) }
                }
            }
        }
    }
}
