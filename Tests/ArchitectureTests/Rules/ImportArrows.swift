extension HouseRule {
    /// Arrows point down only: the compiler does not hold them on Linux, because a build folder shows every module.
    static let importArrows = HouseRule(name: "imports follow the arrows") { source in
        importArrows(source, layerOf: layerOfEveryTarget)
    }

    /// The rule over a stated map from target to layer.
    static func importArrows(_ source: SwiftSource, layerOf: [String: String]) -> [Finding] {
        guard let room = source.room else { return [] }
        return source.imports.compactMap { index, module in
            complaint(about: module, in: room, layerOf: layerOf).map { source.finding(at: index, $0) }
        }
    }

    private static func complaint(
        about module: String, in room: (layer: String, target: String), layerOf: [String: String]
    ) -> String? {
        if ArrowTable.toolchain.contains(module) { return nil }
        if module.hasPrefix("Foundation") {
            return
                "\(room.target) imports \(module): there is no Foundation in the product (58 MB, slow JSON, slow start). "
                + "Use Glibc, Synchronization or one of our own values."
        }
        guard let layer = layerOf[module] else {
            return
                "\(room.target) imports \(module), which is no target of this house. Use what is there, or add a target "
                + "and its layer's row in ArrowTable."
        }
        guard let row = ArrowTable.layers.first(where: { $0.layer == room.layer }) else {
            return "\(room.layer) is no layer. Move \(room.target) into one of \(ArrowTable.layers.map(\.layer))."
        }
        guard row.mayImport.contains(layer) else {
            return
                "the arrow \(room.target) (\(room.layer)) -> \(module) (\(layer)) is wrong: \(row.because). Move the code to "
                + "the layer that may know both, or pass the thing in as a value."
        }
        if layer == "C", room.target != "patchbay", let owners = ArrowTable.owners[module],
            !owners.contains(room.target)
        {
            return "\(module) belongs to \(owners.joined(separator: " and ")): use what they make of it."
        }
        if let special = ArrowTable.forbidden[room.target], special.modules.contains(module) {
            return
                "the arrow \(room.target) -> \(module) is wrong: \(special.because). Inject what is needed as a value or a closure."
        }
        return nil
    }

    /// From the folders, so that a new target needs no line here.
    static let layerOfEveryTarget: [String: String] = {
        var layers: [String: String] = [:]
        for path in SourceTree.files(under: "Sources") {
            let parts = path.split(separator: "/")
            if parts.count >= 4 { layers[String(parts[2])] = String(parts[1]) }
        }
        return layers
    }()
}

extension SwiftSource {
    /// The modules that the file imports, each with the place of its `import`.
    var imports: [(index: Int, module: String)] {
        let before: Set = [
            "package", "internal", "private", "fileprivate", "public", "@", "testable", "preconcurrency", "_exported",
        ]
        let kinds: Set = ["struct", "class", "enum", "protocol", "typealias", "func", "let", "var", "actor"]
        return tokens.indices.compactMap { index in
            guard tokens[index].text == "import" else { return nil }
            var first = index
            while first > 0, tokens[first - 1].line == tokens[index].line {
                first -= 1
                guard before.contains(tokens[first].text) else { return nil }
            }
            let next = token(index + 1)
            return (index, kinds.contains(next) ? token(index + 2) : next)
        }
    }
}
