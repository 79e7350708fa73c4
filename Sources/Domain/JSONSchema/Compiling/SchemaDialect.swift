/// Which rules a schema is written by.
struct SchemaDialect: Sendable, Hashable {
    enum Draft: Sendable { case draft7, draft2020 }

    let draft: Draft
    /// A metaschema can leave the validating keywords out; then `type` and its like mean nothing.
    var validates = true

    static let current = SchemaDialect(draft: .draft2020)

    init(draft: Draft, validates: Bool = true) {
        self.draft = draft
        self.validates = validates
    }

    /// The dialect of a `$schema`; draft-06 is a part of draft-07, and the address without a date means the newest.
    init?(uri: String) {
        let parts = SchemaURI(uri)
        guard parts.fragment ?? "" == "" else { return nil }
        switch parts.document {
        case "https://json-schema.org/draft/2020-12/schema", "http://json-schema.org/draft/2020-12/schema",
            "https://json-schema.org/schema", "http://json-schema.org/schema":
            self = .current
        case "http://json-schema.org/draft-07/schema", "https://json-schema.org/draft-07/schema",
            "http://json-schema.org/draft-06/schema", "https://json-schema.org/draft-06/schema":
            self.init(draft: .draft7)
        default: return nil
        }
    }

    static let validationVocabulary = "https://json-schema.org/draft/2020-12/vocab/validation"
}
