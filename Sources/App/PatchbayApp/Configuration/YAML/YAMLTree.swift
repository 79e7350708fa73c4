/// Builds the nodes of one document within the limits.
///
/// 1. What a text may cost is bounded before it is paid: bytes, depth, nodes.
/// 2. Nothing is expanded: anchors, aliases and tags are mistakes, so one byte never stands for many.
/// 3. One document, and no key twice in a mapping: two readers cannot see two configurations in one file.
/// 4. Mistakes that leave the shape intact are collected; only the others end the reading.
struct YAMLTree: ~Copyable {
    private var reader: YAMLEventReader
    private var nodes = 0
    private var mistakes: MistakeLog

    /// The root of the document, `nil` when the text has none or does not get that far.
    static func read(_ bytes: [UInt8], mistakes: inout MistakeLog) -> YAMLNode? {
        guard bytes.count <= YAMLLimits.fileBytesMax else {
            mistakes.add(
                .start, "", "the file has more than \(YAMLLimits.fileBytesMax) bytes",
                "declare less in the file, or remove what is not configuration")
            return nil
        }
        do throws(ConfigurationMistake) {
            var tree = YAMLTree(reader: try YAMLEventReader(bytes))
            defer { mistakes.add(contentsOf: tree.mistakes) }
            return try tree.document()
        } catch {
            mistakes.add(error)
            return nil
        }
    }

    private init(reader: consuming YAMLEventReader) {
        self.reader = reader
        mistakes = MistakeLog()
    }

    private mutating func document() throws(ConfigurationMistake) -> YAMLNode? {
        var root: YAMLNode?
        while true {
            let event = try reader.next()
            switch event.kind {
            case .streamStart, .documentEnd: continue
            case .streamEnd: return root
            case .documentStart:
                guard root == nil else {
                    throw ConfigurationMistake(
                        position: event.position, path: "", what: "a second document begins here",
                        instead: "keep one document in the file, and remove `---`")
                }
            default: root = try node(event, path: "", depth: 1)
            }
        }
    }

    private mutating func node(_ event: YAMLEvent, path: String, depth: Int) throws(ConfigurationMistake) -> YAMLNode {
        try pay(event, path: path, depth: depth)
        switch event.kind {
        case .scalar(let scalar):
            return YAMLNode(position: event.position, value: .scalar(scalar))
        case .sequenceStart:
            return YAMLNode(position: event.position, value: .sequence(try items(path: path, depth: depth)))
        case .mappingStart:
            return YAMLNode(position: event.position, value: .mapping(try entries(path: path, depth: depth)))
        case .alias, .streamStart, .streamEnd, .documentStart, .documentEnd, .sequenceEnd, .mappingEnd:
            throw ConfigurationMistake(
                position: event.position, path: path, what: "an alias (*name) is not read here",
                instead: "write the value again")
        }
    }

    private mutating func pay(_ event: YAMLEvent, path: String, depth: Int) throws(ConfigurationMistake) {
        nodes += 1
        guard nodes <= YAMLLimits.nodesMax else {
            throw ConfigurationMistake(
                position: event.position, path: path, what: "the file has more than \(YAMLLimits.nodesMax) values",
                instead: "declare less in the file")
        }
        guard depth <= YAMLLimits.depthMax else {
            throw ConfigurationMistake(
                position: event.position, path: path, what: "this is nested deeper than \(YAMLLimits.depthMax) levels",
                instead: "remove brackets or indentation")
        }
        if event.hasAnchor {
            mistakes.add(event.position, path, "an anchor (&name) is not read here", "remove it, and write values out")
        }
        if event.hasTag {
            mistakes.add(event.position, path, "a tag (!name) is not read here", "remove it, and quote text if needed")
        }
    }

    private mutating func items(path: String, depth: Int) throws(ConfigurationMistake) -> [YAMLNode] {
        var items: [YAMLNode] = []
        while true {
            let event = try reader.next()
            if case .sequenceEnd = event.kind { return items }
            items.append(try node(event, path: "\(path)[\(items.count)]", depth: depth + 1))
        }
    }

    private mutating func entries(path: String, depth: Int) throws(ConfigurationMistake) -> [YAMLEntry] {
        var entries: [YAMLEntry] = []
        var lines: [String: Int] = [:]
        while true {
            let event = try reader.next()
            if case .mappingEnd = event.kind { return entries }
            try pay(event, path: path, depth: depth + 1)
            guard case .scalar(let scalar) = event.kind else {
                throw ConfigurationMistake(
                    position: event.position, path: path, what: "a key must be a word", instead: "write `key: value`")
            }
            let keyPath = ConfigurationMistake.path(path, scalar.text)
            let value = try node(try reader.next(), path: keyPath, depth: depth + 1)
            if let line = lines[scalar.text] {
                mistakes.add(
                    event.position, keyPath, "this key stands here a second time, first in line \(line)",
                    "keep one of them")
                continue
            }
            lines[scalar.text] = event.position.line
            entries.append(YAMLEntry(key: scalar.text, keyPosition: event.position, node: value))
        }
    }
}
