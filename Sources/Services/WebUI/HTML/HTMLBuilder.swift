/// Lets pieces of a page be written below each other; strings among them are texts.
@resultBuilder
package enum HTMLBuilder {
    /// A text.
    package static func buildExpression(_ text: String) -> HTML { HTML(text: text) }
    /// A piece.
    package static func buildExpression(_ piece: HTML) -> HTML { piece }
    /// A piece that may be missing.
    package static func buildExpression(_ piece: HTML?) -> HTML { piece ?? HTML() }
    /// Pieces behind each other.
    package static func buildBlock(_ pieces: HTML...) -> HTML { HTML(pieces) }
    /// `if` without `else`.
    package static func buildOptional(_ piece: HTML?) -> HTML { piece ?? HTML() }
    /// `if`.
    package static func buildEither(first piece: HTML) -> HTML { piece }
    /// `else`.
    package static func buildEither(second piece: HTML) -> HTML { piece }
    /// `for`.
    package static func buildArray(_ pieces: [HTML]) -> HTML { HTML(pieces) }
}
