import WebUI

/// The texts of this room.
enum PeopleWord: Wording {
    case signIn, userName, password, wrongPassword, tooManyAttempts, signInWith
    case signInAgain, signInOver, providerRefused, providerUnreachable, providerUnusable, notAdmitted
    case setupTitle, setupText, setupButton, setupUsed, passwordRule, badUserName, badPassword
    case account, role, roleOperator, roleBuilder, roleMember, groups
    case connections, noConnections
    case clients, noClients, grantDetails, revoke
    case keys, keysText, keyDetails, keyServer, keyName, createKey, newKey, badKeyName, tooManyKeys
    case changePassword, changePasswordText, presentPassword, newPassword, passwordChanged, wrongPresentPassword
    case browsers, browsersText, signOutEverywhere
}
