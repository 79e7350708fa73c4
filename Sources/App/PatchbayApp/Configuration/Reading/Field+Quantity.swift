extension Field {
    /// A size in bytes, with a unit or without.
    func size(in range: ClosedRange<Int>, _ log: inout MistakeLog) -> Int? {
        quantity(
            &log, noun: "a size", range: range, example: "64KiB or 10MiB", parse: Quantity.bytes,
            spelled: Quantity.spelled(bytes:))
    }

    /// A time with its unit.
    func time(in range: ClosedRange<Duration>, _ log: inout MistakeLog) -> Duration? {
        quantity(
            &log, noun: "a time with its unit", range: range, example: "250ms, 30s or 5m", parse: Quantity.time,
            spelled: Quantity.spelled(time:))
    }

    private func quantity<Value: Comparable>(
        _ log: inout MistakeLog, noun: String, range: ClosedRange<Value>, example: String,
        parse: (String) -> Value?, spelled: (Value) -> String
    ) -> Value? {
        let bounds = "from \(spelled(range.lowerBound)) to \(spelled(range.upperBound))"
        guard case .scalar(let scalar) = node.value, let value = parse(scalar.text) else {
            log.add(position, path, "\(spelling) is not \(noun)", "write one like \(example), \(bounds)")
            return nil
        }
        guard range.contains(value) else {
            log.add(position, path, "\(spelling) is out of range", "write a value \(bounds)")
            return nil
        }
        return value
    }
}
