import CYAML

/// libyaml's event parser over a copy of the input.
///
/// Why the pointers are sound: both allocations are made in `init`, belong to this value alone (it cannot be copied), and are
/// released in `deinit` only, after the parser that reads them. libyaml never writes to the input. An event's pointers are
/// read before `yaml_event_delete` and nothing of them outlives `next()`: texts are copied into `String`s.
struct YAMLEventReader: ~Copyable {
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let input: UnsafeMutableBufferPointer<UInt8>

    init(_ bytes: [UInt8]) throws(ConfigurationMistake) {
        let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
        guard yaml_parser_initialize(parser) == 1 else {
            parser.deallocate()
            throw ConfigurationMistake(
                position: .start, path: "", what: "there is not enough memory to read the file", instead: "free some")
        }
        let input = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: max(bytes.count, 1))
        _ = input.initialize(from: bytes)
        self.parser = parser
        self.input = input
        // The encoding is said and not guessed, so that a byte order mark cannot turn the file into UTF-16.
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        yaml_parser_set_input_string(parser, UnsafePointer(input.baseAddress), bytes.count)
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
        input.deallocate()
    }

    /// The next event; after an error or the end of the stream nobody asks again.
    mutating func next() throws(ConfigurationMistake) -> YAMLEvent {
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else { throw mistake }
        defer { yaml_event_delete(&event) }
        let position = YAMLPosition(event.start_mark)
        switch event.type {
        case YAML_STREAM_START_EVENT: return YAMLEvent(kind: .streamStart, position: position)
        case YAML_DOCUMENT_START_EVENT: return YAMLEvent(kind: .documentStart, position: position)
        case YAML_DOCUMENT_END_EVENT: return YAMLEvent(kind: .documentEnd, position: position)
        case YAML_ALIAS_EVENT: return YAMLEvent(kind: .alias, position: position)
        case YAML_SEQUENCE_END_EVENT: return YAMLEvent(kind: .sequenceEnd, position: position)
        case YAML_MAPPING_END_EVENT: return YAMLEvent(kind: .mappingEnd, position: position)
        case YAML_SCALAR_EVENT:
            let scalar = event.data.scalar
            let text = String(decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
            return YAMLEvent(
                kind: .scalar(YAMLScalar(text: text, isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE)),
                position: position, hasAnchor: scalar.anchor != nil, hasTag: scalar.tag != nil)
        case YAML_SEQUENCE_START_EVENT:
            let sequence = event.data.sequence_start
            return YAMLEvent(
                kind: .sequenceStart, position: position, hasAnchor: sequence.anchor != nil, hasTag: sequence.tag != nil
            )
        case YAML_MAPPING_START_EVENT:
            let mapping = event.data.mapping_start
            return YAMLEvent(
                kind: .mappingStart, position: position, hasAnchor: mapping.anchor != nil, hasTag: mapping.tag != nil)
        default:
            // The end of the stream, and libyaml's "no event", which it returns when asked after the end.
            return YAMLEvent(kind: .streamEnd, position: position)
        }
    }

    private var mistake: ConfigurationMistake {
        let problem = parser.pointee.problem.map { String(cString: $0) } ?? "it cannot be parsed"
        let position =
            parser.pointee.error == YAML_READER_ERROR
            ? position(ofByte: parser.pointee.problem_offset) : YAMLPosition(parser.pointee.problem_mark)
        return YAMLSyntax.mistake(problem, at: position)
    }

    /// The reader stage knows bytes only; lines and characters before that byte are counted here.
    private func position(ofByte offset: Int) -> YAMLPosition {
        var line = 1
        var column = 1
        for byte in input.prefix(offset) {
            if byte == UInt8(ascii: "\n") {
                line += 1
                column = 1
            } else if byte & 0xC0 != 0x80 {
                column += 1
            }
        }
        return YAMLPosition(line: line, column: column)
    }
}

extension YAMLPosition {
    fileprivate init(_ mark: yaml_mark_t) {
        self.init(line: mark.line + 1, column: mark.column + 1)
    }
}
