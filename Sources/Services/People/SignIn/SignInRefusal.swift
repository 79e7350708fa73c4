package import Storage

/// Why nobody was signed in. Nothing here tells whether there is such a user.
package enum SignInRefusal: Error, Sendable, Hashable {
    /// Name or password is wrong, or the user may not come in.
    case wrong
    /// Too many attempts; how long to wait.
    case wait(Duration)
    /// The store or the lane does not answer.
    case unavailable(String)

    /// A wait in whole seconds, as people are told and `Retry-After` says; never less than the wait.
    static func seconds(_ wait: Duration) -> Int {
        max(1, Int((wait + .milliseconds(999)).components.seconds))
    }
}

/// Somebody has signed in.
package struct SignIn: Sendable {
    /// Who.
    package let user: StoredUser
    /// What the session's cookie holds.
    package let session: FreshSecret
    /// What the device's cookie holds, if one could be made.
    package let device: String?
}
