extension PeopleWord {
    var english: String {
        switch self {
        case .signIn: "Sign in"
        case .userName: "User name"
        case .password: "Password"
        case .wrongPassword: "User name or password is wrong."
        case .tooManyAttempts: "Too many attempts with this user name. Try again in {1} seconds."
        case .signInWith: "Sign in with {1}"
        case .signInAgain: "Begin again"
        case .signInOver:
            "This sign-in is over: it took too long, was used already, or was begun in another browser. Nothing has happened; begin again."
        case .providerRefused: "{1} did not sign you in ({2})."
        case .providerUnreachable: "{1} cannot be reached at the moment. Try again in a minute."
        case .providerUnusable:
            "The sign-in with {1} did not work. If it happens again, tell whoever runs this gateway; its log says why."
        case .notAdmitted: "{1} knows you, but you may not come in here. Ask whoever runs this gateway."
        case .setupTitle: "Make the first account"
        case .setupText:
            "This account administers the gateway. Others are added by it, or by the command “patchbay user add”."
        case .setupButton: "Make the account"
        case .setupUsed:
            "This link does not work any more: it was used, or it is too old. While there is no user, each start of the gateway prints a new one."
        case .passwordRule:
            "At least {1} characters. A few words that only you put together are better than a short one with many signs."
        case .badUserName: "A user name has 1 to {1} characters without spaces."
        case .badPassword: "A password has at least {1} and at most {2} characters."
        case .account: "Account"
        case .role: "Role"
        case .roleOperator: "Operator: administers everything"
        case .roleBuilder: "Builder: administers upstreams and servers"
        case .roleMember: "Member"
        case .groups: "Groups"
        case .connections: "My connections"
        case .noConnections: "Nothing here needs a connection of yours."
        case .clients: "Clients with access"
        case .noClients: "You have not given any client access."
        case .grantDetails: "{1} · {2} · since {3}"
        case .revoke: "Revoke"
        case .keys: "API keys"
        case .keysText:
            "For programs that cannot sign in. A key acts in your name at one server; whoever has it can do so."
        case .keyDetails: "{1} · made on {2}"
        case .keyServer: "Server"
        case .keyName: "Name (what it is for)"
        case .createKey: "Create a key"
        case .newKey: "Your new key for {1}. Copy it now: it is not shown again."
        case .badKeyName: "A key’s name has at most {1} characters."
        case .tooManyKeys: "You have {1} keys, which is the limit. Revoke one that is not needed any more."
        case .changePassword: "Change the password"
        case .changePasswordText: "All other browsers have to sign in again. Clients and keys keep their access."
        case .presentPassword: "Present password"
        case .newPassword: "New password"
        case .passwordChanged: "Your password is changed."
        case .wrongPresentPassword: "The present password is wrong, so nothing was changed."
        case .browsers: "Browsers"
        case .browsersText: "Ends your sessions in all browsers, this one too. Clients and keys keep their access."
        case .signOutEverywhere: "Sign out everywhere"
        }
    }
}
