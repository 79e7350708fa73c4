import HTTPMessages

/// The texts of one room's pages: an enum with a case for each text, and one file for each language, in which the compiler
/// misses a case that was forgotten. `{1}` to `{9}` stand for what is put in.
package protocol Wording: Sendable, CaseIterable {
    /// The text in English.
    var english: String { get }
    /// The text in German, which addresses people formally and has the usual words of German sign-in pages.
    var german: String { get }
}

extension Language {
    /// A text with its values put in.
    package func text(_ wording: some Wording, _ values: String...) -> String {
        pieces(of: wording).reduce(into: "") { text, piece in
            switch piece {
            case .words(let words): text += words
            case .place(let number): text += number <= values.count ? values[number - 1] : ""
            }
        }
    }

    /// A text with pieces of a page put in.
    package func html(_ wording: some Wording, _ values: HTML...) -> HTML {
        pieces(of: wording).reduce(into: HTML()) { html, piece in
            switch piece {
            case .words(let words): html.append(text: words)
            case .place(let number): if number <= values.count { html.append(values[number - 1]) }
            }
        }
    }

    private func pieces(of wording: some Wording) -> [WordingPiece] {
        WordingPiece.pieces(of: self == .german ? wording.german : wording.english)
    }
}

extension Wording {
    /// What is wrong with the texts of a room: empty ones, and ones that do not put in the same in all languages. For its tests.
    package static var disagreements: [String] {
        allCases.flatMap { word in
            var found: [String] = []
            if word.english.isEmpty || word.german.isEmpty { found.append("\(word) is empty in a language") }
            let places = [word.english, word.german].map { text in
                Set(
                    WordingPiece.pieces(of: text).compactMap { if case .place(let number) = $0 { number } else { nil } }
                )
            }
            if places[0] != places[1] {
                found.append("\(word) puts in \(places[0]) in English and \(places[1]) in German")
            }
            return found
        }
    }
}

/// A part of a text.
private enum WordingPiece {
    case words(String)
    case place(Int)

    static func pieces(of text: String) -> [WordingPiece] {
        var pieces: [WordingPiece] = []
        var rest = text[...]
        while let open = rest.firstIndex(of: "{") {
            let tail = rest[open...].prefix(3)
            if tail.count == 3, tail.last == "}", let number = tail.dropFirst().first?.wholeNumberValue, number > 0 {
                pieces += [.words(String(rest[..<open])), .place(number)]
                rest = rest[tail.endIndex...]
            } else {
                pieces.append(.words(String(rest[...open])))
                rest = rest[rest.index(after: open)...]
            }
        }
        return pieces + [.words(String(rest))]
    }
}
