import ClientGuides
import HTTPMessages
import WebUI

/// What somebody sees who has not signed in.
struct StartPage {
    let open: [CatalogEntry]
    let language: Language

    var page: Page {
        Page(heading: language.text(PortalWord.welcome)) {
            Tag.p { language.text(PortalWord.welcomeText) }
            Tag.p(.class("actions")) {
                Tag.a(.class("button"), .href("/sign-in?next=%2Fcatalog")) { language.text(PortalWord.signIn) }
            }
            if !open.isEmpty {
                Tag.hr()
                Tag.h2 { language.text(PortalWord.openServers) }
                // At its own address a browser sees the steps.
                for entry in open { CatalogPage.card(entry, language, link: WebAddress(absolute: entry.target.url)) }
            }
        }
    }
}
