/// Forms. One that changes something carries the value that binds it to the browser it was shown in.
package enum PostForm {
    /// The field that carries ``FormToken``.
    package static let tokenField = "form_token"

    /// A form that changes something.
    package static func html(
        to address: WebAddress, _ token: FormToken, hidden: [(name: String, value: String)] = [],
        @HTMLBuilder content: () -> HTML
    ) -> HTML {
        let fields = [(name: tokenField, value: token.text)] + hidden
        return Tag.form(.method("post"), .action(address)) {
            for field in fields { Tag.input(.type("hidden"), .name(field.name), .value(field.value)) }
            content()
        }
    }

    /// A form that is nothing but one button.
    package static func button(
        to address: WebAddress, _ token: FormToken, hidden: [(name: String, value: String)] = [],
        style: StaticString = "button", _ attributes: HTMLAttribute..., label: String
    ) -> HTML {
        html(to: address, token, hidden: hidden) {
            Tag.button.element([.type("submit"), .class(style)] + attributes, HTML(text: label))
        }
    }
}
