extension HouseRule {
    /// What the compiler cannot prove stands where a reader looks for it.
    static let unsafeRooms = HouseRule(name: "unsafe constructs stay in Unsafe folders") { source in
        guard !source.isUnsafeRoom else { return [] }
        return source.tokens.indices.compactMap { index in
            guard source.isUnsafe(at: index) else { return nil }
            return source.finding(
                at: index,
                "`\(source.token(index))` outside of a folder named Unsafe: use Span or an array, or move the few lines there "
                    + "with a sentence that proves them."
            )
        }
    }

    /// A promise to the compiler is given with its reason.
    static let provenUnchecked = HouseRule(name: "unchecked promises have their proof above them") { source in
        source.tokens.indices.compactMap { index in
            let line = source.tokens[index].line
            guard source.isPromise(at: index), source.comments[line] == nil, source.comments[line - 1] == nil else {
                return nil
            }
            return source.finding(at: index, "say in a comment directly above why this promise holds.")
        }
    }
}

extension SwiftSource {
    fileprivate func isPromise(at index: Int) -> Bool {
        let isUnchecked = token(index) == "unchecked" && token(index - 1) == "@"
        let isNonisolatedUnsafe =
            token(index) == "nonisolated" && token(index + 1) == "(" && token(index + 2) == "unsafe"
        return isUnchecked || isNonisolatedUnsafe
    }

    fileprivate func isUnsafe(at index: Int) -> Bool {
        let word = token(index)
        let names: Set = ["Unmanaged", "unsafeBitCast", "unsafeDowncast", "UnsafeContinuation"]
        return isPromise(at: index) || names.contains(word) || word.hasPrefix("withUnsafe")
            || word.hasPrefix("Unsafe") && word.hasSuffix("Pointer")
    }
}
