import JSONCoding

/// A number as digits times a power of ten: JSON's numbers are decimal, and 0.1 has no binary spelling.
struct ExactDecimal: Sendable, Hashable {
    let isNegative: Bool
    /// Values of 0 to 9, without zeros in front or behind; none of them is zero itself.
    let digits: [UInt8]
    let exponent: Int

    /// Beyond this an exponent is taken for this one, so that sums of exponents cannot overflow.
    static let exponentMax = 1 << 40

    init(_ number: JSONNumber) {
        let text = number.text.utf8
        var digits: [UInt8] = []
        var exponent = 0
        var isBehindPoint = false
        var place = text.startIndex
        while place < text.endIndex {
            let byte = text[place]
            place = text.index(after: place)
            if byte &- 0x30 < 10 {
                if byte != 0x30 || !digits.isEmpty { digits.append(byte &- 0x30) }
                if isBehindPoint { exponent -= 1 }
            } else if byte == UInt8(ascii: ".") {
                isBehindPoint = true
            } else if byte | 0x20 == UInt8(ascii: "e") {
                exponent += Self.exponent(text[place...])
                break
            }
        }
        while digits.last == 0 {
            digits.removeLast()
            exponent += 1
        }
        self.digits = digits
        self.exponent = digits.isEmpty ? 0 : exponent
        isNegative = !digits.isEmpty && text.first == UInt8(ascii: "-")
    }

    private static func exponent(_ text: Substring.UTF8View.SubSequence) -> Int {
        var amount = 0
        for byte in text where byte &- 0x30 < 10 { amount = min(amount * 10 + Int(byte &- 0x30), exponentMax) }
        return text.first == UInt8(ascii: "-") ? -amount : amount
    }

    /// Whether it is an integer; `1.0` is one.
    var isWhole: Bool { exponent >= 0 }

    var isZero: Bool { digits.isEmpty }

    /// How many digits stand before the point; negative for what begins behind it.
    private var magnitude: Int { digits.count + exponent }

    /// Whether it is a whole number of times the other, if the other has few enough digits to know.
    ///
    /// With a·10^i and b·10^j, neither of a and b ending in zero, it is if b divides a·10^(i-j). For i < j it cannot be, as
    /// 10 does not divide a. Powers of ten beyond the 128th change nothing, as b has less than 128 factors of 2 or of 5.
    func isMultiple(of other: ExactDivisor) -> Bool {
        guard !isZero else { return true }
        let shift = exponent - other.exponent
        guard shift >= 0 else { return false }
        var rest: UInt128 = 0
        for digit in digits { rest = (rest * 10 + UInt128(digit)) % other.amount }
        for _ in 0..<min(shift, 128) where rest != 0 { rest = rest * 10 % other.amount }
        return rest == 0
    }
}

extension ExactDecimal: Comparable {
    static func < (one: ExactDecimal, other: ExactDecimal) -> Bool {
        if one.isNegative != other.isNegative { return one.isNegative }
        return one.isNegative ? other.isSmallerAmount(than: one) : one.isSmallerAmount(than: other)
    }

    private func isSmallerAmount(than other: ExactDecimal) -> Bool {
        if isZero || other.isZero { return isZero && !other.isZero }
        if magnitude != other.magnitude { return magnitude < other.magnitude }
        return digits.lexicographicallyPrecedes(other.digits)
    }
}

/// What `multipleOf` divides by.
struct ExactDivisor: Sendable, Hashable {
    /// More digits than these do not leave room for one more in 128 bits.
    static let digitsMax = 36

    let amount: UInt128
    let exponent: Int

    /// Nothing for zero, for negative numbers, and for what has too many digits.
    init?(_ decimal: ExactDecimal) {
        guard !decimal.isZero, !decimal.isNegative, decimal.digits.count <= Self.digitsMax else { return nil }
        amount = decimal.digits.reduce(0) { $0 * 10 + UInt128($1) }
        exponent = decimal.exponent
    }
}
