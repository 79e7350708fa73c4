/// Which members of a message are wanted: a small tree of names, compiled once and used for every message.
///
/// A query reaches members of objects in objects, from the root down, never through arrays. Each wanted member has a slot,
/// a small number of the caller's choice, under which `JSONFindings` keeps it.
package struct JSONQuery: Sendable {
    /// One wanted name, and what is wanted inside of its value.
    package struct Member: Sendable {
        let name: String
        let slot: Int
        let isUnique: Bool
        let members: [Member]

        /// Wants the member `name`. A unique one is refused when it stands twice in its object; of another the last counts.
        ///
        /// A member with members of its own must be unique, or findings of two objects would be mixed.
        package init(_ name: String, slot: Int, isUnique: Bool = false, members: [Member] = []) {
            precondition(isUnique || members.isEmpty, "a member with members of its own is unique")
            precondition((0..<JSONFindings.slotsMax).contains(slot), "a slot that findings do not have")
            self.name = name
            self.slot = slot
            self.isUnique = isUnique
            self.members = members
        }
    }

    /// What is wanted under an index of `names`.
    struct Target: Sendable {
        let slot: Int
        let isUnique: Bool
        /// The members that are wanted of the value, if any are.
        let inner: JSONNames.Group?
    }

    /// A name with what is wanted under it, as one entry of a table like that of `JSONNames`: the quick scan's.
    struct Quick: Sendable {
        let first: UInt64
        let last: UInt64
        /// Negative in an empty place.
        let length: Int32
        let words: Int32
        let slot: UInt8
        let isUnique: Bool
        let hasInner: Bool
        let inner: JSONNames.Group
    }

    let names: JSONNames
    let quick: [Quick]
    let targets: [Target]
    /// The members that are wanted of the message.
    let root: JSONNames.Group
    /// The names that errors call the members by.
    let spellings: [String]

    /// Compiles the tree of these members of the root object.
    package init(_ members: [Member]) {
        var tree: [(member: Member, inner: Range<Int>)] = []
        let top = Self.flatten(members, into: &tree)
        spellings = tree.map(\.member.name)
        var builder = JSONNamesBuilder(spellings)
        let root = builder.addGroup(top)
        targets = tree.map { member, inner in
            let group = inner.isEmpty ? nil : builder.addGroup(inner)
            return Target(slot: member.slot, isUnique: member.isUnique, inner: group)
        }
        self.root = root
        let targets = self.targets
        quick = builder.slots.map { slot in
            let target = slot.index >= 0 ? targets[slot.index] : nil
            return Quick(
                first: slot.key.first, last: slot.key.last, length: Int32(slot.key.length), words: Int32(slot.words),
                slot: UInt8(target?.slot ?? 0), isUnique: target?.isUnique ?? false,
                hasInner: target?.inner != nil, inner: target?.inner ?? root)
        }
        names = JSONNames(builder, whole: root)
        precondition(Set(targets.map(\.slot)).count == targets.count, "two members with one slot")
    }

    /// Numbers the members of the tree, those of one object one after the other, and returns the numbers of these.
    private static func flatten(_ members: [Member], into tree: inout [(member: Member, inner: Range<Int>)]) -> Range<
        Int
    > {
        let start = tree.count
        tree += members.map { ($0, 0..<0) }
        for (offset, member) in members.enumerated() {
            tree[start + offset].inner = flatten(member.members, into: &tree)
        }
        return start..<start + members.count
    }
}
