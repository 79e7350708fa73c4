extension ConsentWord {
    var english: String {
        switch self {
        case .title: "{1} asks for access"
        case .client: "Client"
        case .clientFrom: "from {1}"
        case .clientUnproven: "It gave itself this name; nobody has checked it."
        case .answerGoesTo: "Access goes to"
        case .onThisDevice: "a program on this device ({1})"
        case .server: "Server"
        case .serverWasMissing: "The client named no server, so it gets this one."
        case .may: "It may"
        case .scopeRead: "read: use tools that change nothing, and see resources and prompts"
        case .scopeWrite: "write: use tools that create, change or delete something"
        case .you: "On behalf of"
        case .otherAccount: "Use another account"
        case .deviceWarning:
            "Access goes to a program on the device in front of you. Continue only if you have just started this yourself, in a program that you trust."
        case .clientChanged:
            "Since you gave this client access, the addresses that it sends you to have changed. Look at them before you give access again."
        case .requiredMissing: "Not yet: connect the required ones below, then authorize."
        case .nowConnected: "{1} is connected."
        case .connectFirst: "Authorize works when all required ones are connected."
        case .connections: "What it works with"
        case .connect: "Connect"
        case .reconnect: "Reconnect"
        case .disconnect: "Disconnect"
        case .asAccount: "as {1}"
        case .since: "since {1}"
        case .asksFor: "asks for {1}"
        case .required: "required"
        case .optional: "optional"
        case .stateNotNeeded: "No connection needed"
        case .stateByOperator: "Connected by the administrator"
        case .stateConnected: "Connected"
        case .stateReconnect: "Must be reconnected"
        case .stateMissing: "Not connected"
        case .authorize: "Authorize"
        case .cancel: "Cancel"
        }
    }
}
