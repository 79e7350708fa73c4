/// Collects mistakes, because one start should tell all of them; beyond the limit they are only counted.
package struct MistakeLog: Sendable, Hashable {
    /// More than a person reads in one go; a file that is no configuration at all makes thousands.
    package static let mistakesMax = 100

    /// In the order of finding.
    private var mistakes: [ConfigurationMistake] = []
    /// How many were found after the limit.
    package private(set) var omitted = 0

    /// Whether the configuration may be used.
    package var isEmpty: Bool { mistakes.isEmpty }

    /// How many there are, for whoever wants to know whether there are more than before.
    var count: Int { mistakes.count + omitted }

    /// By place in the file; what has no place comes first.
    package var sorted: [ConfigurationMistake] {
        mistakes.sorted { left, right in
            let (left, right) = (left.position, right.position)
            return (left?.line ?? 0, left?.column ?? 0) < (right?.line ?? 0, right?.column ?? 0)
        }
    }

    mutating func add(_ mistake: ConfigurationMistake) {
        guard mistakes.count < Self.mistakesMax else {
            omitted += 1
            return
        }
        mistakes.append(mistake)
    }

    mutating func add(_ position: YAMLPosition?, _ path: String, _ what: String, _ instead: String) {
        add(ConfigurationMistake(position: position, path: path, what: what, instead: instead))
    }

    mutating func add(contentsOf other: MistakeLog) {
        for mistake in other.mistakes { add(mistake) }
        omitted += other.omitted
    }
}
