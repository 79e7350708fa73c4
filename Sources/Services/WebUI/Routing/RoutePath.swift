import HTTPMessages

/// The path of a route: segments, of which some are `{name}`, and perhaps `{name*}` at the end for all that follows.
package struct RoutePath: Sendable, ExpressibleByStringLiteral {
    /// Longer ones name nothing of ours.
    package static let segmentBytesMax = 512

    private enum Segment: Sendable {
        case literal([UInt8])
        case parameter(String)
    }

    /// As it was written.
    package let template: String
    private let segments: [Segment]
    /// Takes the rest of the path as it came, slashes and escapes included.
    private let rest: String?

    /// A template that stands in our code.
    package init(stringLiteral literal: StaticString) {
        template = literal.description
        var parts = template.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map(String.init)
        precondition(template.hasPrefix("/"), "a path begins with a slash")
        if let last = parts.last, last.hasPrefix("{"), last.hasSuffix("*}") {
            rest = String(last.dropFirst().dropLast(2))
            parts.removeLast()
        } else {
            rest = nil
        }
        segments = parts.map { part in
            part.hasPrefix("{") && part.hasSuffix("}")
                ? .parameter(String(part.dropFirst().dropLast())) : .literal(Array(part.utf8))
        }
    }

    /// How specific it is: literal segments weigh most, and where two paths match, the heavier one is meant.
    var weight: Int {
        let literals = segments.count { if case .literal = $0 { true } else { false } }
        return literals * 2 + (rest == nil ? 1 : 0)
    }

    /// The values of the parameters, if the path is of this form.
    func match(_ path: Span<UInt8>) -> [String: String]? {
        var values: [String: String] = [:]
        var place = 0
        for segment in segments {
            guard place < path.count, path[place] == UInt8(ascii: "/") else { return nil }
            let start = place + 1
            var end = start
            while end < path.count, path[end] != UInt8(ascii: "/") { end += 1 }
            switch segment {
            case .literal(let bytes):
                guard end - start == bytes.count else { return nil }
                for index in bytes.indices where path[start + index] != bytes[index] { return nil }
            case .parameter(let name):
                guard end > start, end - start <= Self.segmentBytesMax * 3,
                    let value = FormFields.decodedSegment((start..<end).map { path[$0] })
                else { return nil }
                values[name] = value
            }
            place = end
        }
        if let rest {
            guard place < path.count, path[place] == UInt8(ascii: "/") else { return nil }
            values[rest] = String(decoding: (place + 1..<path.count).map { path[$0] }, as: UTF8.self)
            return values
        }
        return place == path.count ? values : nil
    }
}
