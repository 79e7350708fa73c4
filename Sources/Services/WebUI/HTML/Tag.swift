/// An element by its name. Those that run programs or load others' documents are not among them, and forms are made by
/// ``PostForm``, which never forgets the value that proves where a form came from.
package struct Tag: Sendable {
    let name: StaticString
    let isVoid: Bool

    init(_ name: StaticString, isVoid: Bool = false) {
        self.name = name
        self.isVoid = isVoid
    }

    /// The element with what it contains.
    package func callAsFunction(
        _ attributes: HTMLAttribute..., @HTMLBuilder content: () -> HTML = { HTML() }
    ) -> HTML {
        element(attributes, content())
    }

    /// The element whose attributes were put together elsewhere.
    package func element(_ attributes: [HTMLAttribute], _ content: HTML) -> HTML {
        var html = HTML()
        html.append(markup: "<")
        html.append(markup: name)
        for attribute in attributes { html.append(attribute.piece) }
        html.append(markup: ">")
        guard !isVoid else { return html }
        html.append(content)
        html.append(markup: "</")
        html.append(markup: name)
        html.append(markup: ">")
        return html
    }
}

extension Tag {
    /// A link.
    package static let a = Tag("a")
    /// A text of unknown direction, kept apart from what is around it.
    package static let bdi = Tag("bdi")
    /// Words that weigh more.
    package static let strong = Tag("strong")
    /// A button.
    package static let button = Tag("button")
    /// What machines read.
    package static let code = Tag("code")
    /// A meaning in a list of terms.
    package static let dd = Tag("dd")
    /// A summary with more behind it.
    package static let details = Tag("details")
    /// A block without a meaning of its own.
    package static let div = Tag("div")
    /// A list of terms and meanings.
    package static let dl = Tag("dl")
    /// A term.
    package static let dt = Tag("dt")
    /// Fields that belong together.
    package static let fieldset = Tag("fieldset")
    /// The page's end.
    package static let footer = Tag("footer")
    /// A heading.
    package static let h1 = Tag("h1")
    /// A heading below.
    package static let h2 = Tag("h2")
    /// A heading below that.
    package static let h3 = Tag("h3")
    /// The page's begin.
    package static let header = Tag("header")
    /// A rule.
    package static let hr = Tag("hr", isVoid: true)
    /// A picture.
    package static let img = Tag("img", isVoid: true)
    /// A field.
    package static let input = Tag("input", isVoid: true)
    /// The name of a field.
    package static let label = Tag("label")
    /// The name of fields that belong together.
    package static let legend = Tag("legend")
    /// An entry.
    package static let li = Tag("li")
    /// What the page is about.
    package static let main = Tag("main")
    /// Links to other pages.
    package static let nav = Tag("nav")
    /// Numbered entries.
    package static let ol = Tag("ol")
    /// A choice.
    package static let option = Tag("option")
    /// A paragraph.
    package static let p = Tag("p")
    /// Lines as they are.
    package static let pre = Tag("pre")
    /// A part with a heading.
    package static let section = Tag("section")
    /// A field with choices.
    package static let select = Tag("select")
    /// Small print.
    package static let small = Tag("small")
    /// Words without a meaning of their own.
    package static let span = Tag("span")
    /// What shows of details.
    package static let summary = Tag("summary")
    /// A table.
    package static let table = Tag("table")
    /// A table's rows.
    package static let tbody = Tag("tbody")
    /// A cell.
    package static let td = Tag("td")
    /// A header cell.
    package static let th = Tag("th")
    /// A table's header.
    package static let thead = Tag("thead")
    /// A time.
    package static let time = Tag("time")
    /// A table's row.
    package static let tr = Tag("tr")
    /// Entries.
    package static let ul = Tag("ul")

    // What only the frame of a page has.
    static let body = Tag("body")
    static let form = Tag("form")
    static let head = Tag("head")
    static let html = Tag("html")
    static let link = Tag("link", isVoid: true)
    static let meta = Tag("meta", isVoid: true)
    static let title = Tag("title")
}
