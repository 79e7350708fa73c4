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
        let inner: Node
    }

    /// The wanted members of one object, as a range of `names`; empty means that nothing inside is wanted.
    struct Node: Sendable {
        let lowerBound: Int
        let upperBound: Int

        var isEmpty: Bool { lowerBound == upperBound }
        var range: Range<Int> { lowerBound..<upperBound }
    }

    let names: JSONNames
    let targets: [Target]
    let root: Node
    private let spellings: [String]

    /// Compiles the tree of these members of the root object.
    package init(_ members: [Member]) {
        var compiler = Compiler()
        root = compiler.add(members)
        names = JSONNames(compiler.spellings)
        spellings = compiler.spellings
        targets = compiler.targets.compactMap(\.self)
        let slots = Set(targets.map(\.slot))
        precondition(slots.count == targets.count, "two members with one slot")
    }

    /// The name that errors call the member by.
    func spelling(_ index: Int) -> String { spellings[index] }

    private struct Compiler {
        var spellings: [String] = []
        var targets: [Target?] = []

        mutating func add(_ members: [Member]) -> Node {
            let node = Node(lowerBound: spellings.count, upperBound: spellings.count + members.count)
            spellings += members.map(\.name)
            targets += members.map { _ in nil }
            for (index, member) in zip(node.range, members) {
                let inner = add(member.members)
                targets[index] = Target(slot: member.slot, isUnique: member.isUnique, inner: inner)
            }
            return node
        }
    }
}
