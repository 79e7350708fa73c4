/// A pattern that is decided in time linear in the text: a program for Thompson's machine, which walks all ways at once.
///
/// Back-tracking engines can take time exponential in the text, and both the pattern and the text come from strangers. What
/// such a machine cannot do, back-references and look-around, is a `PatternDoubt`.
struct Pattern: Sendable {
    enum Instruction: Sendable {
        case scalar(Unicode.Scalar)
        case set(PatternSet)
        case split(Int, Int)
        case jump(Int)
        case assertion(PatternAssertion)
        case match
    }

    private(set) var program: [Instruction] = []
    let beginsAtStart: Bool
    private(set) var hasProperties = false

    /// Reads and translates a pattern of at most so many bytes and instructions.
    init(_ text: String, bytesMax: Int, instructionsMax: Int) throws(PatternDoubt) {
        guard text.utf8.count <= bytesMax else { throw .tooLarge(limit: bytesMax) }
        let tree = try PatternParser.tree(of: text)
        guard tree.weight <= instructionsMax else { throw .tooLarge(limit: instructionsMax) }
        beginsAtStart = tree.beginsAtStart
        append(tree)
        program.append(.match)
    }

    private mutating func append(_ tree: PatternTree) {
        switch tree {
        case .set(let set):
            if !set.isNegated, set.properties.isEmpty, set.ranges.count == 1, set.ranges[0].count == 1,
                let scalar = Unicode.Scalar(set.ranges[0].lowerBound)
            {
                program.append(.scalar(scalar))
            } else {
                program.append(.set(set))
                if !set.properties.isEmpty { hasProperties = true }
            }
        case .assertion(let assertion): program.append(.assertion(assertion))
        case .sequence(let parts): for part in parts { append(part) }
        case .choice(let ways): append(choiceOf: ways)
        case .repetition(let part, let least, let most): append(part, atLeast: least, atMost: most)
        }
    }

    private mutating func append(choiceOf ways: [PatternTree]) {
        var jumps: [Int] = []
        for way in ways.dropLast() {
            let split = reserve()
            append(way)
            jumps.append(reserve())
            program[split] = .split(split + 1, program.count)
        }
        if let last = ways.last { append(last) }
        for jump in jumps { program[jump] = .jump(program.count) }
    }

    private mutating func append(_ part: PatternTree, atLeast least: Int, atMost most: Int?) {
        for _ in 0..<least { append(part) }
        guard let most else {
            let split = reserve()
            append(part)
            program.append(.jump(split))
            program[split] = .split(split + 1, program.count)
            return
        }
        var splits: [Int] = []
        for _ in least..<most {
            splits.append(reserve())
            append(part)
        }
        for split in splits { program[split] = .split(split + 1, program.count) }
    }

    private mutating func reserve() -> Int {
        program.append(.match)
        return program.count - 1
    }
}
