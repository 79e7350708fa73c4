extension PortalWord {
    var english: String {
        switch self {
        case .catalog: "Catalog"
        case .catalogText: "Add one of these to ChatGPT, Claude or another client, and it has the tools behind it."
        case .noServers: "There is no server here that you may use. Ask whoever runs this gateway."
        case .connectClient: "Connect a client"
        case .address: "Address"
        case .welcome: "Welcome to Patchbay"
        case .welcomeText: "Here are tools for ChatGPT, Claude and other AI clients, behind one address each."
        case .openServers: "Open to everybody"
        case .signIn: "Sign in"
        case .back: "Back to the catalog"
        case .chooseClient: "Choose your client"
        case .next: "Afterwards"
        case .nextText: "Which clients have access, and your connections, stand on your {1}."
        case .account: "account page"
        }
    }
}
