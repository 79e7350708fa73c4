extension HouseRule {
    /// One task tree from `main`: what nobody waits for is cancelled.
    static let noLooseTasks = HouseRule(name: "tasks hang on the tree") { source in
        guard let room = source.room, room.target != "PatchbayApp" else { return [] }
        let isBridge = source.isUnsafeRoom && ["Reactor", "HTTPTransport"].contains(room.target)
        guard !isBridge else { return [] }
        return source.tokens.indices.compactMap { index in
            guard source.token(index) == "Task", source.token(index - 1) != ".", source.startsTask(at: index) else {
                return nil
            }
            return source.finding(
                at: index,
                "a task that nobody waits for: use a task group or `async let`; only PatchbayApp and the bridges in "
                    + "Reactor/Unsafe and HTTPTransport/Unsafe may start one."
            )
        }
    }

    /// What everyone can reach, nobody can test alone.
    static let noSharedState = HouseRule(name: "no singletons and no mutable statics") { source in
        source.tokens.indices.compactMap { index in
            guard source.token(index) == "static" else { return nil }
            if source.token(index + 1) == "let", source.token(index + 2) == "shared" {
                return source.finding(at: index, "a singleton: make it in PatchbayApp/Wiring and pass it in.")
            }
            guard source.token(index + 1) == "var", source.isStored(from: index + 3) else { return nil }
            return source.finding(at: index, "a mutable static: make it `static let`, or state that someone owns.")
        }
    }
}

extension SwiftSource {
    fileprivate func startsTask(at index: Int) -> Bool {
        switch token(index + 1) {
        case "{", "(": true
        case ".": token(index + 2) == "detached" || token(index + 2) == "immediate"
        default: false
        }
    }

    /// A stored property has `=` before any brace, or no brace on its line at all.
    fileprivate func isStored(from index: Int) -> Bool {
        let line = index < tokens.count ? tokens[index].line : 0
        for token in tokens[min(index, tokens.count)...] {
            if token.text == "{" { return false }
            if token.text == "=" || token.line > line + 1 { return true }
        }
        return true
    }
}
