/// A page before its frame is around it.
package struct Page: Sendable {
    /// Where the forms of a page lead in the end.
    package enum FormTarget: Sendable {
        /// To us.
        case ours
        /// To another party, by a redirect of ours: browsers would check it against `form-action` at every hop (rulings 5.10).
        case anotherParty
    }

    /// How wide a page is where there is room.
    package enum Width: Sendable {
        /// Text in lines that are read easily.
        case usual
        /// A form with a few short fields.
        case narrow
    }

    /// What the window and the bookmark are called.
    package let title: String
    /// What stands between header and footer; it begins with the page's one `h1`.
    package let content: HTML
    /// Where its forms lead.
    package let formTarget: FormTarget

    /// How wide it is.
    package let width: Width

    /// A page of these parts.
    package init(
        title: String, formTarget: FormTarget = .ours, width: Width = .usual, @HTMLBuilder content: () -> HTML
    ) {
        self.title = title
        self.formTarget = formTarget
        self.width = width
        self.content = content()
    }

    /// A page with a heading that is its title.
    package init(
        heading title: String, formTarget: FormTarget = .ours, width: Width = .usual, @HTMLBuilder content: () -> HTML
    ) {
        self.init(title: title, formTarget: formTarget, width: width) {
            Tag.h1 { title }
            content()
        }
    }
}
