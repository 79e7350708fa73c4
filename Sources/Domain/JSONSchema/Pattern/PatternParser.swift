/// Reads a pattern as ECMA-262 22.2.1 has it with the flag `u`, and takes the harmless things that only `u` forbids.
///
/// Recurses once for a group in a group, so `depthMax` bounds the stack.
struct PatternParser {
    static let depthMax = 64

    private let scalars: [Unicode.Scalar]
    private(set) var place = 0

    init(_ pattern: String) {
        scalars = Array(pattern.unicodeScalars)
    }

    /// The tree of the whole pattern.
    static func tree(of pattern: String) throws(PatternDoubt) -> PatternTree {
        var parser = PatternParser(pattern)
        let tree = try parser.choice(room: depthMax)
        guard parser.next == nil else { throw .notUnderstood("a ')' that closes nothing") }
        return tree
    }

    private var next: Unicode.Scalar? { place < scalars.count ? scalars[place] : nil }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard next == scalar else { return false }
        place += 1
        return true
    }

    private mutating func take(_ text: String) -> Bool {
        let wanted = Array(text.unicodeScalars)
        guard scalars[place...].starts(with: wanted) else { return false }
        place += wanted.count
        return true
    }

    private mutating func choice(room: Int) throws(PatternDoubt) -> PatternTree {
        guard room > 0 else { throw .tooLarge(limit: Self.depthMax) }
        var ways = [try sequence(room: room)]
        while take("|" as Unicode.Scalar) { ways.append(try sequence(room: room)) }
        return ways.count == 1 ? ways[0] : .choice(ways)
    }

    private mutating func sequence(room: Int) throws(PatternDoubt) -> PatternTree {
        var parts: [PatternTree] = []
        while let scalar = next, scalar != "|", scalar != ")" {
            parts.append(try repeated(try atom(room: room)))
        }
        return parts.count == 1 ? parts[0] : .sequence(parts)
    }

    private mutating func atom(room: Int) throws(PatternDoubt) -> PatternTree {
        guard let scalar = next else { return .empty }
        place += 1
        switch scalar {
        case "^": return .assertion(.start)
        case "$": return .assertion(.end)
        case ".": return .set(PatternSet.lineEnds.inverted)
        case "(": return try group(room: room)
        case "[": return .set(try bracket())
        case "\\": return try escape()
        case "*", "+", "?": throw .notUnderstood("a '\(scalar)' that repeats nothing")
        default: return .set(PatternSet(scalar))
        }
    }

    private mutating func group(room: Int) throws(PatternDoubt) -> PatternTree {
        if take("?" as Unicode.Scalar) {
            if take("=" as Unicode.Scalar) || take("!" as Unicode.Scalar) || take("<=") || take("<!") {
                throw .lookAround
            }
            if take("<" as Unicode.Scalar) {
                while let scalar = next, scalar != ">" {
                    guard scalar.properties.isIDContinue || scalar == "$" else { break }
                    place += 1
                }
                guard take(">" as Unicode.Scalar) else { throw .notUnderstood("the name of a group") }
            } else if !take(":" as Unicode.Scalar) {
                throw .notUnderstood("a group that begins with '(?'")
            }
        }
        let inner = try choice(room: room - 1)
        guard take(")" as Unicode.Scalar) else { throw .notUnderstood("a '(' that is not closed") }
        return inner
    }

    /// The atom with the quantifiers behind it; a lazy one matches the same texts.
    private mutating func repeated(_ atom: PatternTree) throws(PatternDoubt) -> PatternTree {
        guard let bounds = try quantifier() else { return atom }
        _ = take("?" as Unicode.Scalar)
        if let scalar = next, scalar == "*" || scalar == "+" || scalar == "?" {
            throw .notUnderstood("two quantifiers behind each other")
        }
        return .repetition(atom, atLeast: bounds.least, atMost: bounds.most)
    }

    private mutating func quantifier() throws(PatternDoubt) -> (least: Int, most: Int?)? {
        if take("*" as Unicode.Scalar) { return (0, nil) }
        if take("+" as Unicode.Scalar) { return (1, nil) }
        if take("?" as Unicode.Scalar) { return (0, 1) }
        let start = place
        guard take("{" as Unicode.Scalar), let least = number() else {
            place = start
            return nil
        }
        var most: Int? = least
        if take("," as Unicode.Scalar) { most = number() }
        guard take("}" as Unicode.Scalar) else {
            place = start
            return nil
        }
        if let most, most < least { throw .notUnderstood("a repetition whose end is before its start") }
        return (least, most)
    }

    /// A decimal number; one that is far beyond every limit is cut, because it is refused anyway.
    private mutating func number() -> Int? {
        let start = place
        var amount = 0
        while let digit = next, ("0"..."9").contains(digit) {
            amount = min(amount * 10 + Int(digit.value - 0x30), 1 << 30)
            place += 1
        }
        return place > start ? amount : nil
    }
}

// MARK: Escapes and classes

extension PatternParser {
    private mutating func escape() throws(PatternDoubt) -> PatternTree {
        switch next {
        case "b":
            place += 1
            return .assertion(.wordBoundary)
        case "B":
            place += 1
            return .assertion(.noWordBoundary)
        case "k": throw .backReference
        case let digit? where ("1"..."9").contains(digit): throw .backReference
        default: return .set(try classEscape())
        }
    }

    /// What follows a backslash, in a class or outside of one.
    private mutating func classEscape() throws(PatternDoubt) -> PatternSet {
        guard let scalar = next else { throw .notUnderstood("a backslash at the end") }
        place += 1
        switch scalar {
        case "d": return .digits
        case "D": return PatternSet.digits.inverted
        case "w": return .word
        case "W": return PatternSet.word.inverted
        case "s": return .space
        case "S": return PatternSet.space.inverted
        case "p", "P": return try property(isNegated: scalar == "P")
        case "t": return PatternSet("\t")
        case "n": return PatternSet("\n")
        case "v": return PatternSet("\u{0B}")
        case "f": return PatternSet("\u{0C}")
        case "r": return PatternSet("\r")
        case "0": return PatternSet("\0")
        case "c": return try control()
        case "x": return PatternSet(try scalarValue(try hexadecimal(digits: 2)))
        case "u": return PatternSet(try unicodeEscape())
        default:
            guard !scalar.properties.isAlphabetic, !("0"..."9").contains(scalar) else {
                throw .notUnderstood("the escape '\\\(scalar)'")
            }
            return PatternSet(scalar)
        }
    }

    private mutating func control() throws(PatternDoubt) -> PatternSet {
        guard let letter = next, letter.isASCII, letter.properties.isAlphabetic else {
            throw .notUnderstood("the escape '\\c'")
        }
        place += 1
        return PatternSet([letter.value & 0x1F...letter.value & 0x1F])
    }

    private mutating func property(isNegated: Bool) throws(PatternDoubt) -> PatternSet {
        guard take("{" as Unicode.Scalar) else { throw .notUnderstood("the escape '\\p' without braces") }
        var name = ""
        while let scalar = next, scalar != "}" {
            name.unicodeScalars.append(scalar)
            place += 1
        }
        guard take("}" as Unicode.Scalar) else { throw .notUnderstood("the escape '\\p' without braces") }
        guard let property = PatternProperty(named: name) else { throw .unknownProperty(name) }
        var set = PatternSet()
        set.insert(property, isNegated: isNegated)
        return set
    }

    private mutating func unicodeEscape() throws(PatternDoubt) -> Unicode.Scalar {
        if take("{" as Unicode.Scalar) {
            var value: UInt32 = 0
            while let digit = next?.hexadecimalDigit {
                value = min(value << 4 | digit, 0x110000)
                place += 1
            }
            guard take("}" as Unicode.Scalar) else { throw .notUnderstood("the escape '\\u'") }
            return try scalarValue(value)
        }
        let first = try hexadecimal(digits: 4)
        guard first & 0xFC00 == 0xD800, take("\\u") else { return try scalarValue(first) }
        let second = try hexadecimal(digits: 4)
        guard second & 0xFC00 == 0xDC00 else { throw .notUnderstood("half of a surrogate pair") }
        return try scalarValue(0x10000 + (first & 0x3FF) << 10 + second & 0x3FF)
    }

    private mutating func hexadecimal(digits: Int) throws(PatternDoubt) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<digits {
            guard let digit = next?.hexadecimalDigit else { throw .notUnderstood("an escape that lacks digits") }
            value = value << 4 | digit
            place += 1
        }
        return value
    }

    private func scalarValue(_ value: UInt32) throws(PatternDoubt) -> Unicode.Scalar {
        guard let scalar = Unicode.Scalar(value) else { throw .notUnderstood("an escape that is no character") }
        return scalar
    }

    /// A class in brackets, whose opening one has been read.
    private mutating func bracket() throws(PatternDoubt) -> PatternSet {
        var set = PatternSet()
        let isNegated = take("^" as Unicode.Scalar)
        while !take("]" as Unicode.Scalar) {
            let first = try bracketAtom()
            guard take("-" as Unicode.Scalar) else {
                set.formUnion(first)
                continue
            }
            if next == "]" {
                set.formUnion(first)
                set.formUnion(PatternSet("-"))
                continue
            }
            let second = try bracketAtom()
            guard let low = first.single, let high = second.single else {
                // `[\w-.]`: a class is no end of a range, so the hyphen is itself.
                set.formUnion(first)
                set.formUnion(second)
                set.formUnion(PatternSet("-"))
                continue
            }
            guard low <= high else { throw .notUnderstood("a range whose end is before its start") }
            set.insert(low...high)
        }
        set.isNegated = isNegated
        return set.normalised
    }

    private mutating func bracketAtom() throws(PatternDoubt) -> PatternSet {
        guard let scalar = next else { throw .notUnderstood("a '[' that is not closed") }
        place += 1
        guard scalar == "\\" else { return PatternSet(scalar) }
        if take("b" as Unicode.Scalar) { return PatternSet("\u{08}") }
        return try classEscape()
    }
}

extension PatternSet {
    /// The one scalar that is in it, if it is that simple.
    fileprivate var single: UInt32? {
        guard !isNegated, properties.isEmpty, ranges.count == 1, ranges[0].count == 1 else { return nil }
        return ranges[0].lowerBound
    }
}

extension Unicode.Scalar {
    fileprivate var hexadecimalDigit: UInt32? {
        switch self {
        case "0"..."9": value - 0x30
        case "a"..."f": value - 0x61 + 10
        case "A"..."F": value - 0x41 + 10
        default: nil
        }
    }
}
