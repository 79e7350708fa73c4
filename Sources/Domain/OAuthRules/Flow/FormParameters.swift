/// The parameters of a query or of a posted form, decoded and not yet believed.
package struct FormParameters: Sendable {
    /// Why a parameter cannot be told.
    package enum Problem: Error, Sendable, Hashable {
        /// A parameter that may stand once stands there more than once (RFC 6749 3.1 and 3.2).
        case repeated(String)

        /// What the answer says.
        package var sentence: String {
            switch self {
            case .repeated(let name): "\(name) stands there more than once; send it once."
            }
        }
    }

    private let pairs: [(name: String, value: String)]

    /// Parameters in the order in which they came; whoever decoded them has limited their number and length.
    package init(_ pairs: [(name: String, value: String)]) {
        self.pairs = pairs
    }

    /// The value of a parameter that may stand once; one without a value counts as left out (RFC 6749 3.1).
    package func value(_ name: String) throws(Problem) -> String? {
        let found = pairs.lazy.filter { $0.name == name }
        guard let first = found.first else { return nil }
        guard found.dropFirst().isEmpty else { throw .repeated(name) }
        return first.value.isEmpty ? nil : first.value
    }

    /// The values of a parameter that may stand more than once, as `resource` may (RFC 8707 2).
    package func values(_ name: String) -> [String] {
        pairs.filter { $0.name == name && !$0.value.isEmpty }.map(\.value)
    }
}
