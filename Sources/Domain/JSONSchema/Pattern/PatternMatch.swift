/// One search of a pattern in a text: the set of places in the program that are reached by what has been read.
struct PatternMatch {
    private let program: [Pattern.Instruction]
    private let beginsAtStart: Bool
    private let propertyCost: Int
    /// The instructions that a character must pass next.
    private var waiting: [Int] = []
    /// The round in which an instruction was last reached: each is reached once a round, whatever the loops in the program.
    private var reached: [Int]
    private var stack: [Int] = []
    private var round = 0
    /// How many instructions were looked at so far: what the search has cost.
    private(set) var visits = 0

    init(_ pattern: Pattern) {
        program = pattern.program
        beginsAtStart = pattern.beginsAtStart
        propertyCost = pattern.hasProperties ? 20 : 0
        reached = [Int](repeating: -1, count: pattern.program.count)
    }

    /// Whether some part of the text matches, or nothing when `visitsMax` was not enough to know.
    mutating func isFound(in text: String, visitsMax: Int) -> Bool? {
        var scalars = text.unicodeScalars.makeIterator()
        var before: Unicode.Scalar?
        var after = scalars.next()
        var starts = [0]
        while true {
            if before != nil, !beginsAtStart { starts.append(0) }
            if reach(starts, before: before, after: after) { return true }
            guard let scalar = after else { return false }
            guard visits <= visitsMax else { return nil }
            starts.removeAll(keepingCapacity: true)
            for index in waiting where passes(scalar, index) { starts.append(index + 1) }
            // Looking up a property takes as long as some twenty instructions.
            visits += waiting.count * propertyCost
            if starts.isEmpty, beginsAtStart { return false }
            before = scalar
            after = scalars.next()
        }
    }

    private func passes(_ scalar: Unicode.Scalar, _ index: Int) -> Bool {
        switch program[index] {
        case .scalar(let wanted): wanted == scalar
        case .set(let set): set.contains(scalar)
        case .split, .jump, .assertion, .match: false
        }
    }

    /// Follows what needs no character, and says whether the end of the program is reached.
    private mutating func reach(_ starts: [Int], before: Unicode.Scalar?, after: Unicode.Scalar?) -> Bool {
        round += 1
        visits += 1
        waiting.removeAll(keepingCapacity: true)
        for start in starts {
            stack.append(start)
            while let index = stack.popLast() {
                guard reached[index] != round else { continue }
                reached[index] = round
                visits += 1
                switch program[index] {
                case .match:
                    stack.removeAll(keepingCapacity: true)
                    return true
                case .jump(let target): stack.append(target)
                case .split(let one, let other):
                    stack.append(other)
                    stack.append(one)
                case .assertion(let assertion):
                    if holds(assertion, before, after) { stack.append(index + 1) }
                case .scalar, .set: waiting.append(index)
                }
            }
        }
        return false
    }

    private func holds(_ assertion: PatternAssertion, _ before: Unicode.Scalar?, _ after: Unicode.Scalar?) -> Bool {
        switch assertion {
        case .start: before == nil
        case .end: after == nil
        case .wordBoundary: isWord(before) != isWord(after)
        case .noWordBoundary: isWord(before) == isWord(after)
        }
    }

    private func isWord(_ scalar: Unicode.Scalar?) -> Bool {
        scalar.map(PatternSet.word.contains) ?? false
    }
}
