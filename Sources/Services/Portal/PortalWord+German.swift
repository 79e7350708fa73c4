extension PortalWord {
    var german: String {
        switch self {
        case .catalog: "Katalog"
        case .catalogText:
            "Fügen Sie etwas davon zu ChatGPT, Claude oder einem anderen Programm hinzu, und es hat die Werkzeuge dahinter."
        case .noServers:
            "Hier gibt es keinen Server, den Sie benutzen dürfen. Fragen Sie den Betreiber dieses Gateways."
        case .connectClient: "Ein Programm verbinden"
        case .address: "Adresse"
        case .welcome: "Willkommen bei Patchbay"
        case .welcomeText:
            "Hier gibt es Werkzeuge für ChatGPT, Claude und andere KI-Programme, hinter je einer Adresse."
        case .openServers: "Offen für alle"
        case .signIn: "Anmelden"
        case .back: "Zurück zum Katalog"
        case .chooseClient: "Wählen Sie Ihr Programm"
        case .next: "Danach"
        case .nextText: "Welche Programme Zugriff haben, und Ihre Verbindungen, stehen auf der Seite {1}."
        case .account: "Konto"
        }
    }
}
