package import HTTPMessages

/// What an element says about itself. The list is closed: there is no way to an `on…`, a `style` or a `srcdoc`, and addresses
/// are ``WebAddress``es.
package struct HTMLAttribute: Sendable {
    let piece: HTML

    private init(_ name: StaticString, _ value: String) {
        var piece = HTML()
        piece.append(markup: " ")
        piece.append(markup: name)
        piece.append(markup: "=\"")
        piece.append(text: value)
        piece.append(markup: "\"")
        self.piece = piece
    }

    private init(_ name: StaticString, if isSet: Bool) {
        var piece = HTML()
        if isSet {
            piece.append(markup: " ")
            piece.append(markup: name)
        }
        self.piece = piece
    }

    /// Names of the style sheet, separated by spaces.
    package static func `class`(_ names: StaticString) -> Self { Self("class", names.description) }
    /// A name within the page.
    package static func id(_ id: String) -> Self { Self("id", id) }
    /// Which field a label is for.
    package static func `for`(_ id: String) -> Self { Self("for", id) }
    /// The name that a field is sent under.
    package static func name(_ name: String) -> Self { Self("name", name) }
    /// What a field holds, or a button sends.
    package static func value(_ value: String) -> Self { Self("value", value) }
    /// The sort of field or button.
    package static func type(_ type: StaticString) -> Self { Self("type", type.description) }
    /// What a browser may fill in.
    package static func autocomplete(_ kind: StaticString) -> Self { Self("autocomplete", kind.description) }
    /// Whether a keyboard begins with a capital letter.
    package static func autocapitalize(_ kind: StaticString) -> Self { Self("autocapitalize", kind.description) }
    /// The longest text that a field takes.
    package static func maxLength(_ count: Int) -> Self { Self("maxlength", String(count)) }
    /// The shortest text that a field takes.
    package static func minLength(_ count: Int) -> Self { Self("minlength", String(count)) }
    /// Whether a field must be filled in.
    package static func required(if isSet: Bool = true) -> Self { Self("required", if: isSet) }
    /// Whether a button or field cannot be used.
    package static func disabled(if isSet: Bool = true) -> Self { Self("disabled", if: isSet) }
    /// Whether a field shows what cannot be changed.
    package static func readOnly(if isSet: Bool = true) -> Self { Self("readonly", if: isSet) }
    /// Whether a box is ticked.
    package static func checked(if isSet: Bool = true) -> Self { Self("checked", if: isSet) }
    /// Whether a choice is the one.
    package static func selected(if isSet: Bool = true) -> Self { Self("selected", if: isSet) }
    /// Whether the field has the cursor when the page opens.
    package static func autofocus(if isSet: Bool = true) -> Self { Self("autofocus", if: isSet) }
    /// What the element is to assistive technology.
    package static func role(_ role: StaticString) -> Self { Self("role", role.description) }
    /// What an element without a text is called.
    package static func label(_ text: String) -> Self { Self("aria-label", text) }
    /// Which element names this one.
    package static func labelled(by id: String) -> Self { Self("aria-labelledby", id) }
    /// Which element explains this one.
    package static func described(by id: String) -> Self { Self("aria-describedby", id) }
    /// Whether what a field holds was refused.
    package static func invalid(if isSet: Bool) -> Self { isSet ? Self("aria-invalid", "true") : Self("", if: false) }
    /// Which of several links is this page.
    package static func current(if isSet: Bool) -> Self { isSet ? Self("aria-current", "page") : Self("", if: false) }
    /// Nothing for assistive technology.
    package static var decorative: Self { Self("aria-hidden", "true") }
    /// The language of the content, where it is not the page's.
    package static func language(_ language: Language) -> Self { Self("lang", language.rawValue) }
    /// The language of what a link leads to.
    package static func linkLanguage(_ language: Language) -> Self { Self("hreflang", language.rawValue) }
    /// A time for machines, RFC 3339.
    package static func dateTime(_ text: String) -> Self { Self("datetime", text) }
    /// How many columns a cell takes.
    package static func columns(_ count: Int) -> Self { Self("colspan", String(count)) }
    /// What a header cell is the header of.
    package static func scope(_ scope: StaticString) -> Self { Self("scope", scope.description) }
    /// Where a link leads.
    package static func href(_ address: WebAddress) -> Self { Self("href", address.text) }
    /// A place within the page that a link leads to.
    package static func href(fragment id: StaticString) -> Self { Self("href", "#\(id)") }
    /// How the linked document and this one are related.
    package static func relation(_ relation: StaticString) -> Self { Self("rel", relation.description) }
    /// A picture that stands in the page itself.
    package static func source(_ image: InlineImage) -> Self { Self("src", image.text) }
    /// What a picture shows; empty for decoration.
    package static func alternative(_ text: String) -> Self { Self("alt", text) }
    /// Sends a form elsewhere than its other buttons do.
    package static func formAction(_ address: WebAddress) -> Self { Self("formaction", address.text) }

    // What only the pieces of this folder say.
    static func action(_ address: WebAddress) -> Self { Self("action", address.text) }
    static func method(_ method: StaticString) -> Self { Self("method", method.description) }
    static func content(_ text: StaticString) -> Self { Self("content", text.description) }
    static var utf8: Self { Self("charset", "utf-8") }
}
