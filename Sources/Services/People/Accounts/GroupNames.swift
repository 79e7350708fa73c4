/// The groups of one person, checked.
package struct GroupNames: Sendable, Hashable {
    /// A person is in a handful of groups; providers that send hundreds must be asked for fewer.
    package static let countMax = 100
    /// Bytes of one name.
    package static let bytesMax = 128

    /// The names.
    package let names: Set<String>

    /// Takes names without control characters.
    package init(_ names: Set<String>) throws(PeopleError) {
        guard names.count <= Self.countMax else { throw .tooManyGroups(max: Self.countMax) }
        for name in names {
            guard !name.isEmpty, name.utf8.count <= Self.bytesMax, !name.utf8.contains(where: { $0 < 0x20 }) else {
                throw .groupName(bytesMax: Self.bytesMax)
            }
        }
        self.names = names
    }
}
