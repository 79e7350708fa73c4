package import HTTPMessages

/// The languages that pages are written in.
package enum Language: String, Sendable, CaseIterable {
    /// Also for everybody who reads none of them.
    case english = "en"
    case german = "de"

    /// What its readers call it.
    package var ownName: String {
        switch self {
        case .english: "English"
        case .german: "Deutsch"
        }
    }

    /// The one that a browser likes best.
    package init(acceptedBy fields: HTTPFields) {
        let tag = LanguagePreference.best(of: Self.allCases.map(\.rawValue), acceptedBy: fields)
        self = Self(rawValue: tag) ?? .english
    }
}
