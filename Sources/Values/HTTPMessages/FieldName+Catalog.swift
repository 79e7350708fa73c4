/// The names that the product uses; a new one is one line here, in alphabetical order.
extension FieldName {
    /// `accept`: what the client can read.
    package static let accept = FieldName("accept")
    /// `accept-encoding`: which content codings the client can undo.
    package static let acceptEncoding = FieldName("accept-encoding")
    /// `accept-language`: which languages a person reads.
    package static let acceptLanguage = FieldName("accept-language")
    /// `access-control-allow-credentials`: CORS: may cookies come along.
    package static let accessControlAllowCredentials = FieldName("access-control-allow-credentials")
    /// `access-control-allow-headers`: CORS: fields a page may send.
    package static let accessControlAllowHeaders = FieldName("access-control-allow-headers")
    /// `access-control-allow-methods`: CORS: methods a page may use.
    package static let accessControlAllowMethods = FieldName("access-control-allow-methods")
    /// `access-control-allow-origin`: CORS: which page may read.
    package static let accessControlAllowOrigin = FieldName("access-control-allow-origin")
    /// `access-control-expose-headers`: CORS: fields a page may read.
    package static let accessControlExposeHeaders = FieldName("access-control-expose-headers")
    /// `access-control-max-age`: CORS: how long a preflight holds.
    package static let accessControlMaxAge = FieldName("access-control-max-age")
    /// `access-control-request-headers`: CORS: fields a page wants to send.
    package static let accessControlRequestHeaders = FieldName("access-control-request-headers")
    /// `access-control-request-method`: CORS: method a page wants to use.
    package static let accessControlRequestMethod = FieldName("access-control-request-method")
    /// `age`: seconds since a cache stored the answer.
    package static let age = FieldName("age")
    /// `allow`: methods that a resource has, with 405.
    package static let allow = FieldName("allow")
    /// `authorization`: the caller's credentials; never goes upstream.
    package static let authorization = FieldName("authorization")
    /// `cache-control`: how long and where an answer may be kept.
    package static let cacheControl = FieldName("cache-control")
    /// `connection`: options of this hop only; written by `HeadWriter`.
    package static let connection = FieldName("connection")
    /// `content-encoding`: coding of the body's content.
    package static let contentEncoding = FieldName("content-encoding")
    /// `content-language`: language of the body.
    package static let contentLanguage = FieldName("content-language")
    /// `content-length`: length of the body; written by `HeadWriter`.
    package static let contentLength = FieldName("content-length")
    /// `content-range`: which part of a resource the body is.
    package static let contentRange = FieldName("content-range")
    /// `content-security-policy`: what a page may load.
    package static let contentSecurityPolicy = FieldName("content-security-policy")
    /// `content-type`: media type of the body.
    package static let contentType = FieldName("content-type")
    /// `cookie`: the browser's cookies.
    package static let cookie = FieldName("cookie")
    /// `date`: when the answer was made; written by `HeadWriter`.
    package static let date = FieldName("date")
    /// `etag`: version of a resource.
    package static let entityTag = FieldName("etag")
    /// `expect`: what the client waits for before it sends the body.
    package static let expect = FieldName("expect")
    /// `forwarded`: where a proxy got the request from, RFC 7239.
    package static let forwarded = FieldName("forwarded")
    /// `host`: whom the request is for; written by `HeadWriter`.
    package static let host = FieldName("host")
    /// `if-modified-since`: asks for a body only if it is newer.
    package static let ifModifiedSince = FieldName("if-modified-since")
    /// `if-none-match`: asks for a body only if the version differs.
    package static let ifNoneMatch = FieldName("if-none-match")
    /// `keep-alive`: hints of this hop only.
    package static let keepAlive = FieldName("keep-alive")
    /// `last-event-id`: where a broken event stream is to go on.
    package static let lastEventID = FieldName("last-event-id")
    /// `last-modified`: when a resource changed.
    package static let lastModified = FieldName("last-modified")
    /// `location`: where to go instead.
    package static let location = FieldName("location")
    /// `mcp-method`: MCP: the method of the message, beside the body.
    package static let mcpMethod = FieldName("mcp-method")
    /// `mcp-name`: MCP: the tool, prompt or resource of the message.
    package static let mcpName = FieldName("mcp-name")
    /// `mcp-protocol-version`: MCP: the revision that the client speaks.
    package static let mcpProtocolVersion = FieldName("mcp-protocol-version")
    /// `mcp-session-id`: MCP: the session of the handshake era.
    package static let mcpSessionID = FieldName("mcp-session-id")
    /// `origin`: the page that a browser's request comes from.
    package static let origin = FieldName("origin")
    /// `proxy-authenticate`: challenge of a proxy; this hop only.
    package static let proxyAuthenticate = FieldName("proxy-authenticate")
    /// `proxy-authorization`: credentials for a proxy; this hop only.
    package static let proxyAuthorization = FieldName("proxy-authorization")
    /// `proxy-connection`: a mistaken `connection`; this hop only.
    package static let proxyConnection = FieldName("proxy-connection")
    /// `referer`: the page that linked here.
    package static let referer = FieldName("referer")
    /// `referrer-policy`: what `referer` may tell.
    package static let referrerPolicy = FieldName("referrer-policy")
    /// `retry-after`: when to try again.
    package static let retryAfter = FieldName("retry-after")
    /// `sec-fetch-site`: how the page and the target are related.
    package static let secFetchSite = FieldName("sec-fetch-site")
    /// `server`: what answered.
    package static let server = FieldName("server")
    /// `set-cookie`: a cookie for the browser.
    package static let setCookie = FieldName("set-cookie")
    /// `strict-transport-security`: the browser is to use TLS only.
    package static let strictTransportSecurity = FieldName("strict-transport-security")
    /// `te`: codings of trailers that the client takes; this hop only.
    package static let transferCodings = FieldName("te")
    /// `traceparent`: the caller's place in a trace.
    package static let traceparent = FieldName("traceparent")
    /// `tracestate`: vendors' places in a trace.
    package static let tracestate = FieldName("tracestate")
    /// `trailer`: which fields the trailer section will have.
    package static let trailer = FieldName("trailer")
    /// `transfer-encoding`: coding of this hop's body; written by `HeadWriter`.
    package static let transferEncoding = FieldName("transfer-encoding")
    /// `upgrade`: another protocol on this hop; ignored.
    package static let upgrade = FieldName("upgrade")
    /// `user-agent`: which program asks.
    package static let userAgent = FieldName("user-agent")
    /// `vary`: fields that the answer depends on.
    package static let vary = FieldName("vary")
    /// `www-authenticate`: how to authenticate.
    package static let wwwAuthenticate = FieldName("www-authenticate")
    /// `x-accel-buffering`: tells nginx in front of us not to gather a stream.
    package static let xAccelBuffering = FieldName("x-accel-buffering")
    /// `x-content-type-options`: tells the browser not to guess.
    package static let xContentTypeOptions = FieldName("x-content-type-options")
    /// `x-forwarded-for`: where a proxy got the request from.
    package static let xForwardedFor = FieldName("x-forwarded-for")
    /// `x-forwarded-host`: host that the proxy was asked for.
    package static let xForwardedHost = FieldName("x-forwarded-host")
    /// `x-forwarded-proto`: scheme that the proxy was asked by.
    package static let xForwardedProto = FieldName("x-forwarded-proto")
    /// `x-frame-options`: whether a page may be framed.
    package static let xFrameOptions = FieldName("x-frame-options")
    /// `x-request-id`: a name for the request in logs.
    package static let requestID = FieldName("x-request-id")
}
