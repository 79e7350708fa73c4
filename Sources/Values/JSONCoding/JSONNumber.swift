/// A number as it was spelled, because `1.0`, `1e2` and integers beyond 64 bits must survive the way through.
///
/// Equality compares spellings; compare `integer` or `double` where the amount counts.
package struct JSONNumber: Sendable, Hashable {
    /// The spelling, valid by RFC 8259 section 6.
    package let text: String

    /// Wraps a spelling that the parser has already checked.
    package init(validated text: String) {
        self.text = text
    }

    /// Takes a spelling if it is a JSON number from its first to its last byte.
    package init?(spelling text: String) {
        let bytes = Array(text.utf8)
        let isNumber = JSONText.reading(bytes.span) { text in
            (try? JSONGrammar(text: text, limits: JSONLimits()).numberEnd(0)) == text.count
        }
        guard isNumber else { return nil }
        self.text = text
    }

    /// Spells an integer in decimal digits.
    package init(_ integer: some BinaryInteger) {
        text = String(integer)
    }

    /// Spells a finite number so that reading it gives the same one; JSON has no infinity and no not-a-number.
    package init?(_ double: Double) {
        guard double.isFinite else { return nil }
        text = double.description
    }

    /// The nearest binary number, unless it would be infinite.
    package var double: Double? {
        guard let double = Double(text), double.isFinite else { return nil }
        return double
    }

    /// The amount, if it is whole and fits into 64 bits, however it is spelled: `42`, `42.0` and `4.2e1` are one integer.
    package var integer: Int? {
        if let plain = Int(text) { return plain }
        return JSONDecimal(text)?.integer
    }
}

/// A number as digits times a power of ten, exact where `Double` is not.
private struct JSONDecimal {
    private let isNegative: Bool
    /// Without zeros in front or behind.
    private let digits: [UInt8]
    private let exponent: Int

    init?(_ text: String) {
        let lowercase = text.utf8.map { $0 | 0x20 }
        let parts = lowercase.split(separator: UInt8(ascii: "e"), maxSplits: 1)
        guard let mantissa = parts.first else { return nil }
        var exponent = parts.count < 2 ? 0 : Self.exponent(parts[1])
        isNegative = text.utf8.first == UInt8(ascii: "-")
        // The point is 0x2E and has the bit 0x20 already; the sign falls away with it.
        if let point = mantissa.firstIndex(of: UInt8(ascii: ".")) {
            exponent = exponent.clamped - (mantissa.endIndex - point - 1)
        }
        var digits = mantissa.filter { $0 &- 0x30 < 10 }.map { $0 &- 0x30 }.drop { $0 == 0 }
        while digits.last == 0 {
            digits.removeLast()
            exponent += 1
        }
        self.digits = Array(digits)
        self.exponent = exponent
    }

    var integer: Int? {
        guard !digits.isEmpty else { return 0 }
        // Twenty digits are beyond 64 bits whatever they are.
        guard exponent >= 0, digits.count + exponent < 20 else { return nil }
        var amount = 0
        for digit in digits + [UInt8](repeating: 0, count: exponent) {
            let (tenfold, isTooBig) = amount.multipliedReportingOverflow(by: 10)
            // Counted downwards, because the smallest integer has no positive counterpart.
            let (sum, isTooSmall) = tenfold.subtractingReportingOverflow(Int(digit))
            guard !isTooBig, !isTooSmall else { return nil }
            amount = sum
        }
        guard !isNegative else { return amount }
        return amount == .min ? nil : -amount
    }

    /// An exponent of more than 18 digits is as good as a huge one.
    private static func exponent(_ spelling: ArraySlice<UInt8>) -> Int {
        let amount = String(decoding: spelling.filter { $0 != UInt8(ascii: "+") }, as: UTF8.self)
        return (Int(amount) ?? (amount.utf8.first == UInt8(ascii: "-") ? .min : .max)).clamped
    }
}

extension Int {
    /// Far from the ends of the range, so that what is added to it cannot overflow.
    fileprivate var clamped: Int { Swift.min(Swift.max(self, -1 << 40), 1 << 40) }
}
