import HTTPMessages

/// All routes of the site by their paths.
struct RouteTable: Sendable {
    /// The routes of one path.
    struct Place: Sendable {
        let path: RoutePath
        var routes: [WebRoute]

        /// What may be asked there, as the `Allow` field says it.
        var allowed: String {
            var methods: [String] = []
            for route in routes {
                methods.append(route.method.text)
                if route.method == .get { methods.append("HEAD") }
            }
            return (methods + ["OPTIONS"]).joined(separator: ", ")
        }

        /// `HEAD` is `GET` whose body the transport leaves out.
        func route(_ method: HTTPMethod) -> WebRoute? {
            let wanted = method == .head ? HTTPMethod.get : method
            return routes.first { $0.method == wanted }
        }
    }

    /// The more specific ones first.
    let places: [Place]

    init(_ routes: [WebRoute]) {
        var places: [Place] = []
        for route in routes {
            if let known = places.firstIndex(where: { $0.path.template == route.path.template }) {
                precondition(
                    places[known].route(route.method) == nil, "two routes for \(route.method) \(route.path.template)")
                places[known].routes.append(route)
            } else {
                places.append(Place(path: route.path, routes: [route]))
            }
        }
        self.places = places.sorted { $0.path.weight > $1.path.weight }
    }

    func match(_ head: RequestHead) -> WebMatch? {
        head.withPath { path in
            for place in places {
                if let parameters = place.path.match(path) { return WebMatch(place: place, parameters: parameters) }
            }
            return nil
        }
    }
}

/// A place of the site that a request is for.
package struct WebMatch: Sendable {
    let place: RouteTable.Place
    let parameters: [String: String]
}
