/// Why something about people could not be done; `sentence` says what to do next, in the words of the command line.
package enum PeopleError: Error, Sendable, Hashable {
    case userName(bytesMax: Int)
    case passwordLength(min: Int, max: Int)
    case groupName(bytesMax: Int)
    case tooManyGroups(max: Int)
    case nameTaken(String)
    case unknownUser(String)
    case unknownKey(String)
    case unknownServer(String)
    case keyName(bytesMax: Int)
    case tooManyKeys(max: Int)
    case tooManyUsers(max: Int)
    /// The link was used, is too old, or never was one; or there is an operator already.
    case linkUsed
    /// The store, the lane or the source of random bytes does not answer.
    case unavailable(String)

    /// For a terminal or a log.
    package var sentence: String {
        switch self {
        case .userName(let max): "A user's name has 1 to \(max) bytes without white space or control characters."
        case .passwordLength(let min, let max): "A password has \(min) to \(max) bytes. Choose a longer one."
        case .groupName(let max): "A group's name has 1 to \(max) bytes without control characters."
        case .tooManyGroups(let max): "A user is in at most \(max) groups."
        case .nameTaken(let name): "There is a user \(name) already. Choose another name, or change that user."
        case .unknownUser(let name): "There is no user \(name). `patchbay user list` shows all."
        case .unknownKey(let id): "There is no API key \(id). `patchbay key list` shows all."
        case .unknownServer(let slug): "There is no virtual server \(slug) in the configuration."
        case .keyName(let max): "A key's name has at most \(max) bytes without control characters."
        case .tooManyKeys(let max): "A user has at most \(max) API keys. Revoke one that is not needed any more."
        case .tooManyUsers(let max): "There are \(max) users already, which is the limit of this store."
        case .linkUsed: "This link does not work any more. Start the gateway again to get another one."
        case .unavailable(let reason): "This cannot be done at the moment: \(reason)"
        }
    }
}
