import Testing

/// A rule of the house that a machine holds: what it looks at, and what it finds wrong.
struct HouseRule: Sendable, CustomTestStringConvertible {
    let name: String
    let check: @Sendable (SwiftSource) -> [Finding]

    var testDescription: String { name }

    /// Every rule about single Swift files of the product; the ones about folders and texts stand beside it.
    static let all: [HouseRule] = [
        .importArrows, .noPublic, .documentedPackage, .unsafeRooms, .provenUnchecked, .noTraps, .noLooseTasks,
        .noSharedState, .fileNames, .issuesBehindTodos,
    ]
}

/// One place where a rule is broken, and what to do about it.
struct Finding: Equatable, Sendable, CustomStringConvertible {
    let path: String
    let line: Int
    let advice: String

    var description: String { "\(path):\(line): \(advice)" }
}

extension SwiftSource {
    /// A finding at a token.
    func finding(at index: Int, _ advice: String) -> Finding {
        Finding(path: path, line: tokens[index].line, advice: advice)
    }
}
