extension ConnectWord {
    var english: String {
        switch self {
        case .title: "Connect {1}"
        case .lead:
            "Programs that you have given access to this gateway then use {1} with your account there, and nobody else's programs do."
        case .sharedLead: "Everybody who uses this gateway then uses {1} with the account that you sign in to now."
        case .whose: "You are signed in here as {1}."
        case .done: "{1} is connected"
        case .doneText: "You can close this page, go back to where you came from, and go on there."
        case .back: "Back"
        case .notNeeded: "There is nothing to connect here."
        case .operatorOnly: "{1} is connected once for everybody, by an operator of this gateway. Ask one."
        case .store: "The gateway cannot reach its store at the moment. Try again in a few seconds."
        case .discovery:
            "{1} does not say in a way that the gateway accepts where its users sign in. Its operator finds the reason in the log."
        case .discoveryLater: "{1} cannot be reached at the moment. Try again in a minute."
        case .noClient:
            "{1} takes only programs that its operator knows. An operator of this gateway has to register it there first."
        case .registration: "{1} does not take this gateway as a client. Its operator finds the reason in the log."
        case .issuerChanged:
            "{1} has another sign-in than it had when this gateway was set up for it. An operator of this gateway has to look at it first."
        case .unknownState:
            "This answer was used already, is older than ten minutes, or was never asked for. Start again from where you came from."
        case .otherPerson:
            "This answer is for another browser or another person than started here. Nothing was connected. Start again in this browser."
        case .otherIssuer:
            "The answer did not come from the sign-in of {1} that you were sent to. Nothing was connected."
        case .denied: "{1} was not connected: its sign-in answered “{2}”."
        case .exchange: "{1} was not connected: its sign-in did not keep its word ({2}). Start again."
        case .exchangeLater:
            "{1} was not connected, because its sign-in does not answer at the moment. Start again in a minute."
        case .foreignLink:
            "This link was made for somebody else. Ask in your own chat for one of your own; if you use two accounts here, sign in with the other one."
        case .oldLink: "This link is too old or cut off. Ask in your chat again; the answer has a new one."
        case .sealing: "Something went wrong in the gateway. Its operator finds the reason in the log."
        }
    }
}
