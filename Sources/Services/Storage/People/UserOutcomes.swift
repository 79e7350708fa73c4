/// What came of adding a person.
package enum UserAddition: Sendable, Hashable {
    case added
    /// Somebody has this folded name.
    case nameTaken
    /// The provider's person is here already.
    case identityTaken
    /// There are ``UserStore/usersMax`` people.
    case tooMany
    /// The link was used, is too old, or there is somebody already.
    case linkIsOver
}

/// What came of changing a person.
package enum UserChange: Sendable, Hashable {
    /// As they are now, and what is over where they were disabled by it.
    case changed(StoredUser, Ending?)
    /// Somebody else has this folded name, or is that person at the provider; nothing was changed.
    case nameTaken
    /// There is nobody of this id.
    case unknown
}

/// What went with a person.
package struct UserRemoval: Sendable, Hashable {
    /// The person themselves, for whoever remembers their tokens.
    package let ending: Ending
    /// Their connections, so that they can be revoked at the upstreams.
    package let connections: [StoredConnection]
}
