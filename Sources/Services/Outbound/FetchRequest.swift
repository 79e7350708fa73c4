package import GatewayModel
package import HTTPMessages

/// One request to a URL that somebody else named, with everything that bounds it.
package struct FetchRequest: Sendable {
    /// Whom.
    package var url: HTTPURL
    /// How.
    package var method: HTTPMethod
    /// Fields besides those that the fetcher writes: `Accept`, `User-Agent`, and those of the body.
    package var fields: HTTPFields
    /// What is sent.
    package var body: FetchBody
    /// What for, which decides from whose places it is taken.
    package var purpose: FetchPurpose
    /// What a successful answer must be.
    package var accepts: AcceptedMedia
    /// The longest body of an answer.
    package var bytesMax: Int
    /// The time for all of it: look-up, connection, answer, redirects.
    package var time: Duration
    /// How many redirects of a GET are followed; each is judged like the URL itself. At 0 a redirect is an answer like any other.
    package var redirectsMax: Int
    /// Hosts that the operator wrote into the configuration: any address of theirs may be reached, by http too.
    package var operatorsHosts: Set<HTTPHost>

    /// The time that one fetch has when nobody says otherwise (rulings 5.6).
    package static let standardTime = Duration.seconds(5)
    /// The longest body when nobody says otherwise (rulings 5.6): large enough for every client's document that was seen.
    package static let standardBytesMax = 64 * 1024

    /// A GET of JSON, unless something else is said.
    package init(
        _ url: HTTPURL, method: HTTPMethod = .get, fields: HTTPFields = HTTPFields(), body: FetchBody = .none,
        purpose: FetchPurpose, accepts: AcceptedMedia = .json, bytesMax: Int = FetchRequest.standardBytesMax,
        time: Duration = FetchRequest.standardTime, redirectsMax: Int = 0, operatorsHosts: Set<HTTPHost> = []
    ) {
        self.url = url
        self.method = method
        self.fields = fields
        self.body = body
        self.purpose = purpose
        self.accepts = accepts
        self.bytesMax = bytesMax
        self.time = time
        self.redirectsMax = redirectsMax
        self.operatorsHosts = operatorsHosts
    }
}

/// What a request carries.
package enum FetchBody: Sendable {
    /// Nothing.
    case none
    /// A form, as token endpoints want it.
    case form([(name: String, value: String)])
    /// JSON as it is.
    case json([UInt8])
    /// Bytes whose type the caller's fields say.
    case bytes([UInt8])

    var contentType: StaticString? {
        switch self {
        case .none, .bytes: nil
        case .form: "application/x-www-form-urlencoded"
        case .json: "application/json"
        }
    }

    var bytes: [UInt8] {
        switch self {
        case .none: []
        case .form(let pairs): FormWriter(pairs).bytes
        case .json(let bytes), .bytes(let bytes): bytes
        }
    }
}

/// What a successful answer must be; what comes with another status is taken as it is.
package enum AcceptedMedia: Sendable {
    /// Anything.
    case any
    /// `application/json`, or `application/` with the suffix `+json` (RFC 6839).
    case json
}

/// What a fetch is for. Each purpose has its own places, so that strangers who name slow servers as their documents do not
/// keep the keys of an issuer or a person's sign-in waiting.
package enum FetchPurpose: Sendable, Hashable, CaseIterable {
    /// A client's metadata document: anybody can cause it, before any sign-in.
    case clientDocument
    /// Keys of a client or of an issuer.
    case keys
    /// A person's sign-in at a provider.
    case signIn
    /// A connection to an upstream: discovery, registration, tokens.
    case upstream
}

/// A whole answer, whatever its status.
package struct FetchedAnswer: Sendable {
    /// The status.
    package let status: Int
    /// All fields.
    package let fields: HTTPFields
    /// All of the body.
    package let body: [UInt8]
    /// Where it came from, which is another URL after a redirect.
    package let url: HTTPURL

    /// An answer of these parts.
    package init(status: Int, fields: HTTPFields = HTTPFields(), body: [UInt8] = [], url: HTTPURL) {
        self.status = status
        self.fields = fields
        self.body = body
        self.url = url
    }

    /// Whether the status is one of success.
    package var isSuccess: Bool { (200..<300).contains(status) }
}
