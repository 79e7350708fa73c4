import Glibc
import JSONCoding
import Testing

@Suite struct `The corpus of JSON texts` {
    /// What RFC 8259 leaves to the reader, and what Patchbay decided.
    static let decisions: [String: Bool] = [
        // Numbers of any size are kept as they are spelled.
        "i_number_double_huge_neg_exp.json": true,
        "i_number_huge_exp.json": true,
        "i_number_neg_int_huge_exp.json": true,
        "i_number_pos_double_huge_exp.json": true,
        "i_number_real_neg_overflow.json": true,
        "i_number_real_pos_overflow.json": true,
        "i_number_real_underflow.json": true,
        "i_number_too_big_neg_int.json": true,
        "i_number_too_big_pos_int.json": true,
        "i_number_very_big_negative_int.json": true,
        // A half of a surrogate pair is no text.
        "i_object_key_lone_2nd_surrogate.json": false,
        "i_string_1st_surrogate_but_2nd_missing.json": false,
        "i_string_1st_valid_surrogate_2nd_invalid.json": false,
        "i_string_incomplete_surrogate_and_escape_valid.json": false,
        "i_string_incomplete_surrogate_pair.json": false,
        "i_string_incomplete_surrogates_escape_valid.json": false,
        "i_string_invalid_lonely_surrogate.json": false,
        "i_string_invalid_surrogate.json": false,
        "i_string_inverted_surrogates_U+1D11E.json": false,
        "i_string_lone_second_surrogate.json": false,
        // Only UTF-8 is read, and only valid UTF-8.
        "i_string_UTF-16LE_with_BOM.json": false,
        "i_string_UTF-8_invalid_sequence.json": false,
        "i_string_UTF8_surrogate_U+D800.json": false,
        "i_string_invalid_utf-8.json": false,
        "i_string_iso_latin_1.json": false,
        "i_string_lone_utf8_continuation_byte.json": false,
        "i_string_not_in_unicode_range.json": false,
        "i_string_overlong_sequence_2_bytes.json": false,
        "i_string_overlong_sequence_6_bytes.json": false,
        "i_string_overlong_sequence_6_bytes_null.json": false,
        "i_string_truncated-utf-8.json": false,
        "i_string_utf16BE_no_BOM.json": false,
        "i_string_utf16LE_no_BOM.json": false,
        "i_structure_UTF-8_BOM_empty_object.json": false,
        // Deeper than 128.
        "i_structure_500_nested_arrays.json": false,
    ]

    static let names = Corpus.names(in: "test_parsing")

    @Test func `is there and each open question in it is decided`() throws {
        try #require(!Self.names.isEmpty, "the public suites are missing: put the folder shared beside the checkout")
        #expect(Self.names.filter { $0.hasPrefix("y_") }.count == 95)
        #expect(Self.names.filter { $0.hasPrefix("n_") }.count == 188)
        #expect(Set(Self.names.filter { $0.hasPrefix("i_") }) == Set(Self.decisions.keys))
    }

    @Test(arguments: names) func `is accepted and refused as it says`(name: String) throws {
        let text = try Corpus.bytes(of: "test_parsing/" + name)
        let isAccepted = Self.decisions[name] ?? name.hasPrefix("y_")
        let outcome = try Reading.agreed(text)
        switch outcome {
        case .success(let value):
            #expect(isAccepted, "accepted")
            #expect(try JSONParser.parse(JSONWriter.bytes(of: value)) == value)
        case .failure(let error):
            #expect(!isAccepted, "\(error.reason)")
            #expect((0...text.count).contains(error.offset))
        }
    }

    @Test(arguments: Corpus.names(in: "test_transform"))
    func `of texts that readers often change stays as it is, or is refused by both readers`(name: String) throws {
        let text = try Corpus.bytes(of: "test_transform/" + name)
        guard case .success(let value) = try Reading.agreed(text) else { return }
        #expect(try JSONParser.parse(JSONWriter.bytes(of: value)) == value)
    }

    @Test func `keeps numbers and duplicate names as they were spelled`() throws {
        for text in [
            "[1.0,1e2,-0,1E400,123123123123123123123123123123,0.1]", #"{"a":1,"a":2}"#, #"["\u0000é"]"#,
        ] {
            #expect(
                String(decoding: JSONWriter.bytes(of: try JSONParser.parse(Array(text.utf8))), as: UTF8.self) == text)
        }
    }
}

/// The files beside the repository that the corpus is read from.
enum Corpus {
    /// Beside the repository, or beside one of the folders that it lies in, as is the case of a worktree.
    static let folder = {
        let parts = #filePath.split(separator: "/").dropLast(3)
        let candidates = (1..<parts.count).map { count in
            "/" + parts.dropLast(count).joined(separator: "/") + "/shared/data/json-parsing/"
        }
        return candidates.first { access($0, R_OK) == 0 } ?? "/"
    }()

    static func names(in part: String) -> [String] {
        guard let directory = opendir(folder + part) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name.hasSuffix(".json") { names.append(name) }
        }
        return names.sorted()
    }

    static func bytes(of name: String) throws -> [UInt8] {
        let file = try #require(fopen(folder + name, "rb"))
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        bytes.removeLast(bytes.count - fread(&bytes, 1, bytes.count, file))
        return bytes
    }
}
