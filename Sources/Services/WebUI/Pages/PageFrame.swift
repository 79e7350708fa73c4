import HTTPMessages

/// What is around every page: header with who is signed in, footer with the languages.
struct PageFrame {
    let language: Language
    let person: SignedInPerson?
    let formToken: FormToken
    /// Where the reader is, to come back to in another language.
    let place: WebAddress
    let navigation: [NavigationItem]

    /// The whole document.
    func document(_ page: Page) -> [UInt8] {
        var html = HTML()
        html.append(markup: "<!DOCTYPE html>\n")
        html.append(
            Tag.html(.language(language)) {
                head(page)
                Tag.body {
                    Tag.a(.class("skip"), .href(fragment: "content")) { language.text(WebWord.skipToContent) }
                    header
                    Tag.main(.id("content"), .class(page.width == .narrow ? "narrow" : "usual")) { page.content }
                    footer
                }
            })
        return html.bytes
    }

    private func head(_ page: Page) -> HTML {
        Tag.head {
            Tag.meta(.utf8)
            Tag.title { page.title + " · Patchbay" }
            Tag.meta(.name("viewport"), .content("width=device-width, initial-scale=1"))
            Tag.meta(.name("color-scheme"), .content("light dark"))
            Tag.link(.relation("icon"), .href(Asset.icon.address))
            Tag.link(.relation("stylesheet"), .href(Asset.styleSheet.address))
        }
    }

    private var header: HTML {
        Tag.header(.class("top")) {
            Tag.a(.class("brand"), .href("/")) { "Patchbay" }
            let items = navigation.filter { $0.access.admits(person) }
            if !items.isEmpty {
                Tag.nav(.label(language.text(WebWord.navigation))) {
                    for item in items {
                        Tag.a(.href(item.address), .current(if: item.address == place)) { item.label(language) }
                    }
                }
            }
            if let person {
                Tag.div(.class("person")) {
                    Tag.span { ForeignText(person.name, max: 40).html }
                    PostForm.button(
                        to: "/sign-out", formToken, style: "quiet", label: language.text(WebWord.signOut))
                }
            }
        }
    }

    private var footer: HTML {
        Tag.footer {
            Tag.nav(.label(language.text(WebWord.languages))) {
                for other in Language.allCases {
                    let address = WebAddress(
                        path: ["language"], query: [("lang", other.rawValue), ("next", place.text)])
                    Tag.a(
                        .href(address), .language(other), .linkLanguage(other), .current(if: other == language)
                    ) { other.ownName }
                }
            }
        }
    }
}
