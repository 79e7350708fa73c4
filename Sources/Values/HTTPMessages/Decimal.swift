/// Numbers as decimal digits, without making a String.
enum Decimal {
    /// Appends the digits of a number that is not negative.
    static func append(_ value: Int, to output: inout [UInt8]) {
        precondition(value >= 0, "lengths, sizes and times are not negative")
        if value < 10 {
            output.append(0x30 &+ UInt8(truncatingIfNeeded: value))
            return
        }
        let start = output.count
        var rest = value
        while rest > 0 {
            let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
            output.append(0x30 &+ UInt8(truncatingIfNeeded: digit))
            rest = quotient
        }
        output[start...].reverse()
    }

    /// Writes the digits of a number that is not negative.
    static func write(_ value: Int, to sink: inout HeadSink) {
        precondition(value >= 0, "lengths, sizes and times are not negative")
        // From the last digit on, eight at a time: a word is put together with the first digit lowest.
        if value >= 100_000_000 {
            write(value / 100_000_000, to: &sink)
            sink.write(word: lastDigits(value % 100_000_000, count: 8), count: 8)
            return
        }
        var count = 1
        var power = 10
        while value >= power {
            count &+= 1
            power &*= 10
        }
        sink.write(word: lastDigits(value, count: count), count: count)
    }

    @inline(__always)
    private static func lastDigits(_ value: Int, count: Int) -> UInt64 {
        var rest = UInt32(truncatingIfNeeded: value)
        var word: UInt64 = 0
        for _ in 0..<count {
            word = word &<< 8 | UInt64(rest % 10 &+ 0x30)
            rest /= 10
        }
        return word
    }

    /// What a run of digits came to.
    enum Parsed: Equatable {
        case value(Int)
        case malformed
        case tooLarge
    }

    /// Reads 1*DIGIT without sign, blank or leading zero; anything else is malformed.
    static func parse(_ bytes: Span<UInt8>) -> Parsed {
        guard !bytes.isEmpty, bytes.count == 1 || bytes[0] != 0x30 else { return .malformed }
        var value = 0
        if bytes.count <= 18 {
            for index in bytes.indices {
                let digit = bytes[index] &- 0x30
                guard digit < 10 else { return .malformed }
                value = value &* 10 &+ Int(digit)
            }
            return .value(value)
        }
        var overflows = false
        for index in bytes.indices {
            guard ByteSyntax.isDigit(bytes[index]) else { return .malformed }
            let (product, tooLarge) = value.multipliedReportingOverflow(by: 10)
            let (sum, tooLargeToo) = product.addingReportingOverflow(Int(bytes[index] &- 0x30))
            overflows = overflows || tooLarge || tooLargeToo
            value = sum
        }
        return overflows ? .tooLarge : .value(value)
    }
}
