/// Why a pattern is not decided here.
package enum PatternDoubt: Error, Sendable, Hashable {
    /// A back-reference: no matcher in linear time knows it.
    case backReference
    /// A look-ahead or look-behind.
    case lookAround
    /// A property, such as a script, that is not among those that are known.
    case unknownProperty(String)
    /// Something that ECMA-262 does not have, or that is broken off.
    case notUnderstood(String)
    /// A pattern of more bytes, groups inside each other, or instructions than the limit.
    case tooLarge(limit: Int)

    /// What the doubt is about, as the end of a sentence.
    package var reason: String {
        switch self {
        case .backReference: "it has a back-reference"
        case .lookAround: "it looks ahead or behind"
        case .unknownProperty(let name): "it names the property \(name), which is not known here"
        case .notUnderstood(let what): "it is no pattern of ECMA-262: \(what)"
        case .tooLarge(let limit): "it is larger than the limit of \(limit)"
        }
    }
}
