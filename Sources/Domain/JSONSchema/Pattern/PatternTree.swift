/// A pattern as it was understood, before it becomes a program.
indirect enum PatternTree: Sendable {
    case set(PatternSet)
    case sequence([PatternTree])
    case choice([PatternTree])
    case repetition(PatternTree, atLeast: Int, atMost: Int?)
    case assertion(PatternAssertion)

    static var empty: PatternTree { .sequence([]) }

    /// How many instructions the program will have: known before anything is expanded, so that `((a{99}){99}){99}` costs nothing.
    var weight: Int {
        switch self {
        case .set, .assertion: 1
        case .sequence(let parts): parts.reduce(0) { $0.saturatingAdd($1.weight) }
        case .choice(let ways): ways.reduce(0) { $0.saturatingAdd($1.weight.saturatingAdd(2)) }
        case .repetition(let part, let least, let most):
            part.weight.saturatingAdd(2).saturatingMultiply(max(most ?? least.saturatingAdd(1), 1))
        }
    }

    /// Whether every match begins where the text does, so that a search can stop early.
    var beginsAtStart: Bool {
        switch self {
        case .assertion(.start): true
        case .set, .assertion: false
        case .sequence(let parts): parts.first?.beginsAtStart ?? false
        case .choice(let ways): !ways.isEmpty && ways.allSatisfy(\.beginsAtStart)
        case .repetition(let part, let least, _): least > 0 && part.beginsAtStart
        }
    }
}

/// What a place between two characters can be asked.
enum PatternAssertion: Sendable {
    case start, end, wordBoundary, noWordBoundary
}

extension Int {
    fileprivate func saturatingAdd(_ other: Int) -> Int {
        let (sum, isTooBig) = addingReportingOverflow(other)
        return isTooBig ? .max : sum
    }

    fileprivate func saturatingMultiply(_ other: Int) -> Int {
        let (product, isTooBig) = multipliedReportingOverflow(by: other)
        return isTooBig ? .max : product
    }
}
