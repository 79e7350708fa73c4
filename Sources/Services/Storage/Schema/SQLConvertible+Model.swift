package import GatewayModel
import JSONCoding
package import SQLDatabase

extension ServerSlug: SQLConvertible {
    /// The spelling.
    package var sqlValue: SQLValue { .text(text) }

    /// Reads a spelling that a slug may have.
    package init?(sqlValue: SQLValue) {
        guard case .text(let text) = sqlValue, let slug = try? ServerSlug(text) else { return nil }
        self = slug
    }
}

extension UserRole: SQLConvertible {
    /// The name, as the configuration writes it.
    package var sqlValue: SQLValue { .text(rawValue) }

    /// Reads a name.
    package init?(sqlValue: SQLValue) {
        guard case .text(let text) = sqlValue else { return nil }
        self.init(rawValue: text)
    }
}

extension AccessScopes: SQLConvertible {
    /// The names, as they travel: a person who looks into the file understands them.
    package var sqlValue: SQLValue { .text(text) }

    /// Reads names of the vocabulary, and no others.
    package init?(sqlValue: SQLValue) {
        guard case .text(let text) = sqlValue else { return nil }
        var scopes: AccessScopes = []
        for name in text.split(separator: " ") {
            guard let scope = AccessScopes(name: name) else { return nil }
            scopes.formUnion(scope)
        }
        self = scopes
    }
}

/// A list of names in one column, as a JSON array.
struct NameList: SQLConvertible {
    let names: [String]

    init(_ names: [String]) {
        self.names = names
    }

    var sqlValue: SQLValue {
        .text(String(decoding: JSONWriter.bytes(of: .array(names.map { .string($0) })), as: UTF8.self))
    }

    init?(sqlValue: SQLValue) {
        guard case .text(let text) = sqlValue, let list = try? JSONParser.parse(Array(text.utf8)),
            let items = list.arrayValue
        else { return nil }
        names = items.compactMap(\.stringValue)
        guard names.count == items.count else { return nil }
    }
}
