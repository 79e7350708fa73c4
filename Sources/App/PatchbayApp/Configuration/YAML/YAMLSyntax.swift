/// libyaml's complaints as a person who edits a file can use them.
enum YAMLSyntax {
    static func mistake(_ problem: String, at position: YAMLPosition) -> ConfigurationMistake {
        let advice = advices.first { problem.hasPrefix($0.problem) }
        return ConfigurationMistake(
            position: position, path: "", what: "this is not valid YAML (\(problem))",
            instead: advice?.instead ?? "look at this line and the one before it")
    }

    private static let advices: [(problem: String, instead: String)] = [
        (
            "found character that cannot start any token",
            "indent with spaces, and put quotes around text that begins with @, ` or %"
        ),
        ("found a tab character", "indent with spaces"),
        (
            "mapping values are not allowed",
            "put quotes around a value that contains \": \", or begin the key on its own line"
        ),
        ("could not find expected ':'", "write a colon and a space between key and value"),
        ("did not find expected key", "give all keys of a mapping the same indentation"),
        ("did not find expected '-' indicator", "give all items of a list the same indentation"),
        ("did not find expected ',' or", "close the bracket, and separate what stands inside by commas"),
        ("found unexpected end of stream", "close the quotation mark"),
        ("found undefined tag handle", "write the value without a tag"),
        ("control characters are not allowed", "remove the control character"),
        ("invalid", "save the file as UTF-8"),
        ("incomplete UTF-8", "save the file as UTF-8"),
        ("incomplete", "save the file as UTF-8"),
    ]
}
