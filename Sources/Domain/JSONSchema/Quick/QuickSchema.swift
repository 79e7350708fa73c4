/// What of a schema can be decided on the bytes: types, members, elements, lengths, bounds and names of an `enum`.
///
/// Whatever else a schema says makes the type of value that it is about *open*: when such a value comes, the tree decides. So
/// one pattern in a large schema makes only those calls slower that send a string there.
///
/// A class, and flat: a reference is lent, and nothing in the lists has a count of its own, so that a check touches none.
final class QuickSchema: Sendable {
    let root: QuickNode
    let nodes: [QuickNode]
    let strings: [QuickString]
    let numbers: [QuickNumber]
    let arrays: [QuickArray]
    let objects: [QuickObject]
    /// The nodes of all names of all objects.
    let members: [Int]
    let names: QuickNames

    init(nodes: [SchemaNode], root: Int) {
        var builder = QuickSchemaBuilder(nodes)
        let index = builder.node(root)
        self.root = builder.nodes[index]
        self.nodes = builder.nodes
        strings = builder.strings
        numbers = builder.numbers
        arrays = builder.arrays
        objects = builder.objects
        members = builder.members
        names = builder.names
    }

    /// Whether the value in a range of a message is valid; nothing where only the tree can tell.
    func accepts(_ message: Span<UInt8>, at range: Range<Int>) -> Bool? {
        QuickText.reading(message) { text in
            let end = QuickReader(schema: self, text: text).valueEnd(range.lowerBound, root, QuickReader.depthMax)
            // What does not end where the caller says is another value than the caller means.
            return end == range.upperBound ? true : end == QuickReader.refused ? false : nil
        }
    }
}

/// One subschema: which types it allows, which of them are open, and where the rules for the others are.
struct QuickNode: Sendable {
    var types: SchemaTypes
    var open: SchemaTypes = []
    var string = none
    var number = none
    var array = none
    var object = none

    static let none: Int32 = -1
    /// Nothing is known; the tree decides.
    static let undecided = QuickNode(types: .all, open: .all)
}

struct QuickString: Sendable {
    var lengthLeast = 0
    var lengthMost = Int.max
    /// The strings that an `enum` allows.
    var names: QuickNames.Group?
}

/// Bounds that are whole, for numbers that are; all others are left to the tree.
struct QuickNumber: Sendable {
    var least = Int.min
    var most = Int.max
}

struct QuickArray: Sendable {
    /// The node of each element, or one of the two below.
    var element = QuickObject.anything
    var countLeast = 0
    var countMost = Int.max
}

/// The members of an object.
struct QuickObject: Sendable {
    /// Instead of a node: whatever comes is allowed, or nothing is.
    static let anything = -1
    static let nothing = -2
    /// Required names are bits of a word.
    static let namesMax = 64

    let names: QuickNames.Group
    /// Where the nodes of the names begin.
    let members: Int
    let required: UInt64
    let additional: Int
    let countLeast: Int
    let countMost: Int
}
