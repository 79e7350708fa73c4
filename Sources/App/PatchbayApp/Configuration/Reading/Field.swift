import GatewayModel

/// A value of the file with its path; each reading function returns the value or notes the one mistake that it found.
struct Field {
    let path: String
    let node: YAMLNode

    var position: YAMLPosition { node.position }

    /// Whether nothing is written, or an empty list or mapping: what asks for nothing can be accepted by any version.
    var isEmpty: Bool {
        switch node.value {
        case .scalar(let scalar): scalar.meaning == .nothing
        case .sequence(let items): items.isEmpty
        case .mapping(let entries): entries.isEmpty
        }
    }

    func text(_ log: inout MistakeLog, instead: String) -> String? {
        guard let meaning = scalar(&log, wanted: "text", instead: instead) else { return nil }
        switch meaning {
        case .text(let text): return text
        case .nothing: log.add(position, path, "nothing is written here", instead)
        case .flag, .number:
            log.add(
                position, path, "this is a \(meaning.noun), and text is wanted",
                "put quotes around it if it is meant so")
        }
        return nil
    }

    func flag(_ log: inout MistakeLog) -> Bool? {
        let instead = "write true or false"
        guard let meaning = scalar(&log, wanted: "true or false", instead: instead) else { return nil }
        if case .flag(let flag) = meaning { return flag }
        log.add(position, path, "\(shown(meaning)) is neither true nor false", instead)
        return nil
    }

    func count(in range: ClosedRange<Int>, _ log: inout MistakeLog) -> Int? {
        let instead = "write a number from \(range.lowerBound) to \(range.upperBound)"
        guard let meaning = scalar(&log, wanted: "a number", instead: instead) else { return nil }
        guard case .number(let number) = meaning else {
            log.add(position, path, "\(shown(meaning)) is not a number", instead)
            return nil
        }
        guard let number, range.contains(number) else {
            log.add(position, path, "\(spelling) is out of range", instead)
            return nil
        }
        return number
    }

    /// A value whose type parses itself.
    func parsed<Value>(
        _ log: inout MistakeLog, noun: String, instead: String, _ parse: (String) throws(GatewayModelError) -> Value
    ) -> Value? {
        guard let text = text(&log, instead: instead) else { return nil }
        do throws(GatewayModelError) {
            return try parse(text)
        } catch {
            // What stands before an @ may be a password.
            let shown = text.utf8.contains(UInt8(ascii: "@")) ? "this" : quoted(text)
            log.add(position, path, "\(shown) is not \(noun): \(error.reason)", instead)
            return nil
        }
    }

    /// One of the words of an enum.
    func choice<Choice: CaseIterable>(
        _ log: inout MistakeLog, among choices: Choice.Type, word: (Choice) -> String
    ) -> Choice? {
        let words = Choice.allCases.map(word)
        let instead = "write \(alternatives(words))"
        guard let text = text(&log, instead: instead) else { return nil }
        if let choice = Choice.allCases.first(where: { word($0) == text }) { return choice }
        log.add(position, path, "\(quoted(text)) is not a choice here", instead)
        return nil
    }

    func items(_ log: inout MistakeLog, instead: String) -> [Field]? {
        guard case .sequence(let nodes) = node.value else {
            if isEmpty { return [] }
            log.add(position, path, "this is \(noun), and a list is wanted", instead)
            return nil
        }
        return nodes.enumerated().map { Field(path: "\(path)[\($0.offset)]", node: $0.element) }
    }

    func section(_ log: inout MistakeLog, instead: String) -> Section? {
        guard case .mapping(let entries) = node.value else {
            if case .scalar(let scalar) = node.value, scalar.meaning == .nothing {
                return Section(path: path, position: position, entries: [])
            }
            log.add(position, path, "this is \(noun), and a mapping is wanted", instead)
            return nil
        }
        return Section(path: path, position: position, entries: entries)
    }

    /// The text as it was written, for scalars.
    var spelling: String {
        if case .scalar(let scalar) = node.value { return quoted(scalar.text) }
        return noun
    }

    private func scalar(_ log: inout MistakeLog, wanted: String, instead: String) -> YAMLScalar.Meaning? {
        if case .scalar(let scalar) = node.value { return scalar.meaning }
        log.add(position, path, "this is \(noun), and \(wanted) is wanted", instead)
        return nil
    }

    private func shown(_ meaning: YAMLScalar.Meaning) -> String {
        if case .nothing = meaning { return "nothing" }
        return spelling
    }

    private var noun: String {
        switch node.value {
        case .scalar(let scalar): scalar.meaning.noun == "text" ? "text" : "a \(scalar.meaning.noun)"
        case .sequence: "a list"
        case .mapping: "a mapping"
        }
    }
}

extension YAMLScalar.Meaning {
    fileprivate var noun: String {
        switch self {
        case .nothing: "missing value"
        case .flag: "true or false"
        case .number: "number"
        case .text: "text"
        }
    }
}

/// `a`, `a or b`, `a, b or c`.
func alternatives(_ words: [String]) -> String {
    guard let last = words.last, words.count > 1 else { return words.first ?? "" }
    return words.dropLast().joined(separator: ", ") + " or " + last
}
