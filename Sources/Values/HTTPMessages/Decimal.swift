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
        var power = 1
        while value / power >= 10 { power &*= 10 }
        var rest = value
        while power > 0 {
            let (digit, remainder) = rest.quotientAndRemainder(dividingBy: power)
            sink.write(byte: 0x30 &+ UInt8(truncatingIfNeeded: digit))
            rest = remainder
            power /= 10
        }
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
