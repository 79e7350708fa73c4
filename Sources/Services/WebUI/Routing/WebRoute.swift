package import GatewayModel
package import HTTPMessages

/// Who may reach a route. Each has one: there is no default that could be forgotten.
package enum RouteAccess: Sendable, Hashable {
    /// Everybody, signed in or not.
    case everyone
    /// Whoever is signed in.
    case signedIn
    /// Whoever is signed in and has this role or a higher one.
    case role(UserRole)

    /// Whether it lets this person in.
    func admits(_ person: SignedInPerson?) -> Bool {
        switch self {
        case .everyone: true
        case .signedIn: person != nil
        case .role(let role): person.map { $0.role.includes(role) } ?? false
        }
    }
}

/// Who speaks at a route.
package enum RouteKind: Sendable, Hashable {
    /// A browser with a person: cookies are read, a POST must be a form of ours, problems are pages.
    case page
    /// A program: no cookies are read and none are set, problems are JSON.
    case machine(MachineReach)
}

/// Which web pages' programs may read a machine's route.
package enum MachineReach: Sendable, Hashable {
    /// Only our own, as browsers hold it by themselves.
    case ownOrigin
    /// Those of any page: what is there is public, or a client proves itself without cookies.
    case anyOrigin
}

/// One address of the site: what is asked, who may, and what answers. All routes stand in one table, and a test walks it.
package struct WebRoute: Sendable {
    /// Answers a request.
    package typealias Handler = @Sendable (WebRequest) async throws(WebProblem) -> WebResponse

    /// A form of ours with room for long texts.
    package static let formBytesMax = 64 * 1024

    /// What is asked; `GET` answers `HEAD` too.
    package let method: HTTPMethod
    /// Where.
    package let path: RoutePath
    /// Who may.
    package let access: RouteAccess
    /// Who speaks there.
    package let kind: RouteKind
    /// The largest body that is read.
    package let bodyMax: Int
    let handler: Handler

    /// A route of these parts.
    package init(
        _ method: HTTPMethod, _ path: RoutePath, _ access: RouteAccess, kind: RouteKind = .page,
        bodyMax: Int = Self.formBytesMax, handler: @escaping Handler
    ) {
        self.method = method
        self.path = path
        self.access = access
        self.kind = kind
        self.bodyMax = bodyMax
        self.handler = handler
    }

    /// A route for programs: open to everyone, because they prove themselves in the request.
    package static func machine(
        _ method: HTTPMethod, _ path: RoutePath, _ reach: MachineReach, bodyMax: Int = Self.formBytesMax,
        handler: @escaping Handler
    ) -> WebRoute {
        WebRoute(method, path, .everyone, kind: .machine(reach), bodyMax: bodyMax, handler: handler)
    }
}

extension UserRole {
    /// Whether somebody of this role may do what another one may.
    package func includes(_ other: UserRole) -> Bool {
        let order: [UserRole] = [.member, .builder, .operator]
        return (order.firstIndex(of: self) ?? 0) >= (order.firstIndex(of: other) ?? order.count)
    }
}
