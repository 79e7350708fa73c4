import GatewayModel
import JSONCoding
import People
import Storage

extension AdministrationAction {
    static let addUser = AdministrationAction(name: "user.add") {
        (arguments, parts) async throws(AdministrationError) in
        let name = try arguments.text("name")
        let role = try role(try arguments.text("role"))
        let groups = Set(try arguments.optionalTexts("groups") ?? [])
        let password = try arguments.optionalText("password")
        let user = try await people { () async throws(PeopleError) in
            try await parts.people.addUser(
                name: try UserName(name), role: role, groups: groups,
                password: try password.map { (text) throws(PeopleError) in try Password(text) })
        }
        return ["user": .object(user.json)]
    }

    static let listUsers = AdministrationAction(name: "user.list") {
        (_, parts) async throws(AdministrationError) in
        let users = try await people { () async throws(PeopleError) in try await parts.people.users() }
        return ["users": .array(users.map { .object($0.json) })]
    }

    /// Changes what is named and leaves the rest.
    static let setUser = AdministrationAction(name: "user.set") {
        (arguments, parts) async throws(AdministrationError) in
        let name = try arguments.text("name")
        let role = try arguments.optionalText("role").map { (text) throws(AdministrationError) in
            try AdministrationAction.role(text)
        }
        let groups = try arguments.optionalTexts("groups").map { Set($0) }
        let password = try arguments.optionalText("password")
        let isDisabled = try arguments.optionalFlag("disabled")
        guard role != nil || groups != nil || password != nil || isDisabled != nil else {
            throw AdministrationError("Nothing to change was named: a role, groups, a password, or disabled.")
        }
        let service = parts.people
        let user = try await people { () async throws(PeopleError) in
            let password = try password.map { (text) throws(PeopleError) in try Password(text) }
            if let role { try await service.setRole(role, of: name) }
            if let groups { try await service.setGroups(groups, of: name) }
            if let password { try await service.setPassword(password, of: name) }
            if let isDisabled { try await service.setDisabled(isDisabled, of: name) }
            return try await service.user(named: name)
        }
        return ["user": .object(user.json)]
    }

    static let removeUser = AdministrationAction(name: "user.remove") {
        (arguments, parts) async throws(AdministrationError) in
        let name = try arguments.text("name")
        try await people { () async throws(PeopleError) in try await parts.people.removeUser(name) }
        return ["removed": .string(name)]
    }

    private static func role(_ word: String) throws(AdministrationError) -> UserRole {
        guard let role = UserRole(rawValue: word) else {
            throw AdministrationError("There is no role \(word): operator, builder or member.")
        }
        return role
    }

    static func people<Value>(
        _ body: () async throws(PeopleError) -> Value
    ) async throws(AdministrationError) -> Value {
        do throws(PeopleError) {
            return try await body()
        } catch {
            throw AdministrationError(error.sentence)
        }
    }
}

extension StoredUser {
    fileprivate var json: JSONObject {
        [
            "id": .string(id), "name": .string(name), "role": .string(role.rawValue),
            "groups": .array(groups.sorted().map { .string($0) }), "disabled": .bool(isDisabled),
            "hasPassword": .bool(passwordHash != nil),
        ]
    }
}
