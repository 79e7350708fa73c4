package import JSONCoding

/// One act of an operator, by name: a value from arguments to an answer.
package struct AdministrationAction: Sendable {
    /// As commands and addresses call it: `user.add`.
    package let name: String
    /// Does it.
    package let run:
        @Sendable (AdministrationArguments, AdministrationParts) async throws(AdministrationError) -> JSONObject

    /// Everything that can be done.
    package static let all: [AdministrationAction] = [
        .addUser, .listUsers, .setUser, .removeUser, .createKey, .listKeys, .revokeKey,
    ]

    /// Does the action of a name.
    package static func run(
        _ name: String, _ arguments: JSONObject, _ parts: AdministrationParts
    ) async throws(AdministrationError) -> JSONObject {
        guard let action = all.first(where: { $0.name == name }) else {
            throw AdministrationError("There is no action \(name) here. Is the running gateway of another version?")
        }
        return try await action.run(AdministrationArguments(arguments), parts)
    }
}

/// Why something was not done; a sentence that says what to do next.
package struct AdministrationError: Error, Sendable, Hashable {
    /// For a terminal, a page or an answer.
    package let sentence: String

    /// An error with a sentence.
    package init(_ sentence: String) {
        self.sentence = sentence
    }
}

/// The arguments of an action, each read once with its own rule.
package struct AdministrationArguments: Sendable {
    private let object: JSONObject

    /// Takes them as they came.
    package init(_ object: JSONObject) {
        self.object = object
    }

    func text(_ name: String) throws(AdministrationError) -> String {
        guard let text = try optionalText(name) else { throw AdministrationError("\(name) is missing.") }
        return text
    }

    func optionalText(_ name: String) throws(AdministrationError) -> String? {
        switch object[name] {
        case nil, .null?: return nil
        case .string(let text)?: return text
        default: throw AdministrationError("\(name) has to be text.")
        }
    }

    func optionalFlag(_ name: String) throws(AdministrationError) -> Bool? {
        switch object[name] {
        case nil, .null?: return nil
        case .bool(let flag)?: return flag
        default: throw AdministrationError("\(name) has to be true or false.")
        }
    }

    func optionalTexts(_ name: String) throws(AdministrationError) -> [String]? {
        switch object[name] {
        case nil, .null?: return nil
        case .array(let items)?:
            let texts = items.compactMap(\.stringValue)
            guard texts.count == items.count else { throw AdministrationError("\(name) has to be a list of texts.") }
            return texts
        default: throw AdministrationError("\(name) has to be a list of texts.")
        }
    }
}
