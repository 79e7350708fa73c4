extension FlowWord {
    var english: String {
        switch self {
        case .clientMissing:
            "The app that sent you here did not say which app it is (client_id). Remove the connection in the app and add it again; if that does not help, tell whoever makes the app."
        case .clientUnknown:
            "The app that sent you here is not known to this gateway. Remove the connection in the app and add it again. The reason: {1}"
        case .redirectUnknown:
            "The app {1} asked to be answered at an address that it has not registered (redirect_uri). For your safety you were not sent there. Remove the connection in the app and add it again; if you set the app up here yourself, compare the addresses."
        case .requestOver:
            "This request is over: it was answered already, or it waited longer than 30 minutes. Start again in the app that sent you here."
        case .requestElsewhere:
            "This request was opened in another browser, or by somebody who has signed out since. Start again in the app that sent you here."
        case .notAdmittedTitle: "Your account has no access to {1}"
        case .notAdmitted:
            "You are signed in as {1}. That account is in none of the groups that may use {2}. Ask an operator of this gateway for access, or sign in with another account and start again in the app."
        case .backToClient: "Back to {1}"
        case .otherAccount: "Sign in with another account"
        case .connectFailed: "Connecting did not work: {1}."
        }
    }
}
