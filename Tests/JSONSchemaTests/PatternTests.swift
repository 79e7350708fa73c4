import JSONCoding
import JSONSchema
import Testing

@Suite struct `A pattern in a schema` {
    private func schema(_ pattern: String, _ limits: SchemaLimits = SchemaLimits()) throws -> CompiledSchema {
        try SchemaCompiler.compile(["pattern": .string(pattern)], limits: limits)
    }

    @Test(
        arguments: [
            ("", ["", "x"], []), ("a", ["a", "bab"], ["", "b"]), ("^a", ["ab"], ["ba"]), ("a$", ["ba"], ["ab"]),
            ("^$", [""], ["a"]), ("^(a|bc)+$", ["a", "bca"], ["", "ab", "cb"]), ("^a|b$", ["ax", "xb"], ["xa", "bx"]),
            ("^a{2}$", ["aa"], ["a", "aaa"]), ("^a{2,}$", ["aa", "aaaaa"], ["a"]),
            ("^a{1,3}$", ["a", "aaa"], ["", "aaaa"]),
            ("^a{0}$", [""], ["a"]), ("^a*?b+?$", ["b", "aabb"], ["a"]), ("^(?:ab)?$", ["", "ab"], ["a"]),
            ("^(?<name>a)$", ["a"], ["b"]), ("^[^a-c]$", ["d", "🐲"], ["a", "b", ""]), ("^[]a]$", [], ["]", "a]"]),
            ("^[^]$", ["a", "\n"], [""]), ("^[a-]$", ["a", "-"], ["b"]), (#"^[\w-.]+$"#, ["a-.", "_9"], ["a b"]),
            (#"^\d+\.\d{2}$"#, ["10.25"], ["10.2", "١.٢٢"]), (#"^\w+$"#, ["a_9"], ["é"]),
            (#"^\s$"#, [" ", "\u{FEFF}", "\u{2003}"], ["a"]),
            (#"^\D\W\S$"#, ["a-b"], ["1-b", "aab", "a- "]), (#"^[^\d\s]$"#, ["a"], ["1", " "]),
            (#"^[\D]$"#, ["a"], ["5"]),
            ("^.$", ["a", "🐲", "é"], ["", "\n", "\r", "\u{2028}", "ab"]),
            (#"\bfoo\b"#, ["a foo b", "foo"], ["afoo", "foob"]),
            (#"^a\Bb"#, ["ab"], ["a b"]), (#"^\p{Lu}\p{Ll}+$"#, ["Éa"], ["éa", "E"]), (#"^\P{L}$"#, ["1"], ["a"]),
            (#"^\p{General_Category=Decimal_Number}$"#, ["٣"], ["a"]), (#"^[\p{L}\d]+$"#, ["ä1"], ["-"]),
            (#"^[^\P{L}]$"#, ["a"], ["1"]),
            (#"^\p{Alphabetic}$"#, ["ß"], ["1"]), (#"^\u00e9\x41\u{1F432}\ud83d\udc32$"#, ["éA🐲🐲"], ["eA🐲🐲"]),
            (#"^\cA\t\n\v\f\r\0$"#, ["\u{1}\t\n\u{B}\u{C}\r\0"], [""]), (#"^\/\-\"\@\.\^$"#, ["/-\"@.^"], [""]),
            ("^{a}$", ["{a}"], ["a"]), ("^a{,2}$", ["a{,2}"], ["a"]), ("^]}$", ["]}"], [""]),
            (#"[\b]"#, ["\u{8}"], ["b"]),
            ("^[a-z0-9]+(-[a-z0-9]+)*$", ["a-b-1"], ["-a", "a--b"]), ("(|a)*$", ["", "aaa"], []),
            ("^(a?){3}$", ["", "aaa"], ["aaaa"]),
            ("^(^a)$", ["a"], ["b"]), ("a^b", [], ["ab", "a\nb"]), ("^(a|^b)c", ["ac", "bc"], ["abc"]),
        ] as [(String, [String], [String])])
    func `is found in these texts and not in those`(pattern: String, found: [String], missing: [String]) throws {
        let schema = try schema(pattern)
        #expect(schema.remarks.isEmpty, "\(schema.remarks.map(\.reason))")
        for text in found { #expect(schema.check(.string(text)) == .valid, "\(text)") }
        for text in missing { #expect(schema.check(.string(text)) != .valid, "\(text)") }
    }

    @Test(arguments: [
        ("(?=a)", PatternDoubt.lookAround), ("(?!a)", .lookAround), ("(?<=a)", .lookAround), ("(?<!a)", .lookAround),
        (#"(a)\1"#, .backReference), (#"(?<n>a)\k<n>"#, .backReference),
        (#"\p{Script=Greek}"#, .unknownProperty("Script=Greek")),
        (#"\p{Nope}"#, .unknownProperty("Nope")), ("(", .notUnderstood("a '(' that is not closed")),
        (")", .notUnderstood("a ')' that closes nothing")), ("[a", .notUnderstood("a '[' that is not closed")),
        ("*", .notUnderstood("a '*' that repeats nothing")),
        ("a**", .notUnderstood("two quantifiers behind each other")),
        ("(?i)a", .notUnderstood("a group that begins with '(?'")), (#"\A"#, .notUnderstood(#"the escape '\A'"#)),
        (#"a\"#, .notUnderstood("a backslash at the end")),
        ("a{2,1}", .notUnderstood("a repetition whose end is before its start")),
        ("[b-a]", .notUnderstood("a range whose end is before its start")),
        (#"\x1"#, .notUnderstood("an escape that lacks digits")),
        (#"\ud83d"#, .notUnderstood("an escape that is no character")),
        (#"\u{110000}"#, .notUnderstood("an escape that is no character")),
        (#"\p"#, .notUnderstood(#"the escape '\p' without braces"#)), ("(?<1", .notUnderstood("the name of a group")),
    ])
    func `that cannot be decided is remarked on and taken as matching`(pattern: String, doubt: PatternDoubt) throws {
        let schema = try schema(pattern)
        #expect(schema.remarks.map(\.kind) == [.undecidedPattern(pattern, doubt)])
        #expect(schema.check(.string("zzz")) == .valid)
        #expect(schema.check(1) == .valid)
    }

    /// Whether or not the pattern matches, these could be as the schema says.
    @Test(arguments: [
        (#"{"not":{"pattern":"(?=a)"}}"#, #""x""#), (#"{"oneOf":[{"pattern":"(?=a)"},{"type":"string"}]}"#, #""x""#),
        (#"{"if":{"pattern":"(?=a)"},"then":false}"#, #""x""#), (#"{"if":{"pattern":"(?=a)"},"else":false}"#, #""x""#),
        (#"{"contains":{"pattern":"(?=a)"},"minContains":2}"#, #"["x","y"]"#),
        (#"{"contains":{"pattern":"(?=a)"},"maxContains":1}"#, #"["x","y"]"#),
        (#"{"patternProperties":{"(?=a)":false},"additionalProperties":false}"#, #"{"x":1}"#),
        (#"{"propertyNames":{"pattern":"(?=a)"}}"#, #"{"x":1}"#),
        (#"{"patternProperties":{"(?=a)":true},"unevaluatedProperties":false}"#, #"{"x":1}"#),
    ])
    func `that cannot be decided makes nothing invalid, in a negation neither`(schema: String, value: String) throws {
        #expect(try compiled(schema).check(try json(value)) == .valid)
    }

    @Test(arguments: [
        (#"{"not":{"anyOf":[{"pattern":"(?=a)"},{"type":"string"}]}}"#, #""x""#),
        (#"{"allOf":[{"pattern":"(?=a)"},{"maxLength":0}]}"#, #""x""#),
        (#"{"if":{"pattern":"(?=a)"},"then":false,"else":false}"#, #""x""#),
        (#"{"contains":{"pattern":"(?=a)"},"minContains":3}"#, #"["x","y"]"#),
    ])
    func `that cannot be decided hides nothing that is invalid anyway`(schema: String, value: String) throws {
        #expect(try compiled(schema).complaints(about: value).count > 0)
    }

    // MARK: Limits

    @Test func `has a limit of bytes`() throws {
        let small = limits { $0.patternBytes = 5 }
        #expect(try schema("abcde", small).remarks.isEmpty)
        #expect(try schema("abcdef", small).remarks.map(\.kind) == [.undecidedPattern("abcdef", .tooLarge(limit: 5))])
    }

    @Test func `has a limit of instructions, with repetitions written out`() throws {
        let small = limits { $0.patternInstructions = 33 }
        #expect(try schema("a{11}", small).remarks.isEmpty)
        #expect(try schema("a{12}", small).remarks.map(\.kind) == [.undecidedPattern("a{12}", .tooLarge(limit: 33))])
    }

    @Test func `shares a limit of instructions with all others`() throws {
        let small = limits { $0.patternInstructionsInAll = 12 }
        let schema = try compiled(
            #"{"properties":{"a":{"pattern":"abcde"},"b":{"pattern":"abcdef"},"c":{"pattern":"a"}}}"#, small)
        #expect(schema.remarks.map(\.place) == ["/properties/c/pattern"])
    }

    @Test(arguments: [62, 63, 64, 5000]) func `has a limit of groups in groups`(depth: Int) throws {
        let pattern = String(repeating: "(", count: depth) + "a" + String(repeating: ")", count: depth)
        let large = limits { $0.patternBytes = 1 << 20 }
        #expect(try schema(pattern, large).remarks.isEmpty == (depth <= 63))
    }

    @Test(arguments: [
        "((a{1000}){1000}){1000}", "(((((a*)*)*)*)*){999999999}", "a{99999999999999999999}", "(){4000000}",
    ])
    func `that would be written out beyond all measure costs nothing`(pattern: String) throws {
        #expect(try schema(pattern).remarks.map(\.kind) == [.undecidedPattern(pattern, .tooLarge(limit: 10_000))])
    }

    @Test(arguments: ["(a*)*b", "(a|a)*b", "(a|aa)+$", "(.*)*x", "(a?){64}a{64}b", #"^(\w+\s?)*$"#])
    func `that makes other matchers take ages does not here`(pattern: String) throws {
        let text = String(repeating: "a", count: 100_000) + "!"
        let verdict = try schema(pattern).check(.string(text))
        switch verdict {
        case .invalid: break
        case .undecided(.tooManySteps): #expect(pattern.contains("{64}"))
        case .valid, .undecided: Issue.record("\(verdict)")
        }
    }
}
