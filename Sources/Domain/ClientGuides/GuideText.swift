package import HTTPMessages

/// A sentence in every language that people are spoken to in.
package struct GuideText: Sendable, Hashable {
    private let english: String
    private let german: String

    /// The sentence in both.
    package init(_ english: String, de german: String) {
        self.english = english
        self.german = german
    }

    /// The sentence in one of them.
    package func text(in language: Language) -> String {
        switch language {
        case .english: english
        case .german: german
        }
    }
}
