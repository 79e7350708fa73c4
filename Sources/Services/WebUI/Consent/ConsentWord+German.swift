extension ConsentWord {
    var german: String {
        switch self {
        case .title: "{1} bittet um Zugriff"
        case .client: "Programm"
        case .clientFrom: "von {1}"
        case .clientUnproven: "Diesen Namen hat es sich selbst gegeben; niemand hat ihn geprüft."
        case .answerGoesTo: "Zugriff erhält"
        case .onThisDevice: "ein Programm auf diesem Gerät ({1})"
        case .server: "Server"
        case .serverWasMissing: "Das Programm hat keinen Server genannt und bekommt daher diesen."
        case .may: "Es darf"
        case .scopeRead: "lesen: Werkzeuge benutzen, die nichts verändern, und Ressourcen und Vorlagen sehen"
        case .scopeWrite: "schreiben: Werkzeuge benutzen, die etwas anlegen, ändern oder löschen"
        case .you: "Im Namen von"
        case .otherAccount: "Anderes Konto verwenden"
        case .deviceWarning:
            "Den Zugriff erhält ein Programm auf dem Gerät vor Ihnen. Fahren Sie nur fort, wenn Sie das gerade selbst angestoßen haben, in einem Programm, dem Sie vertrauen."
        case .clientChanged:
            "Seit Sie diesem Programm Zugriff gegeben haben, haben sich die Adressen geändert, zu denen es Sie schickt. Sehen Sie sich diese an, bevor Sie wieder Zugriff geben."
        case .requiredMissing:
            "Noch nicht: Verbinden Sie unten, was erforderlich ist, und erlauben Sie dann den Zugriff."
        case .nowConnected: "{1} ist verbunden."
        case .connectFirst: "Erlauben geht, sobald alles Erforderliche verbunden ist."
        case .connections: "Womit es arbeitet"
        case .connect: "Verbinden"
        case .reconnect: "Neu verbinden"
        case .disconnect: "Trennen"
        case .asAccount: "als {1}"
        case .since: "seit {1}"
        case .asksFor: "fragt nach {1}"
        case .required: "erforderlich"
        case .optional: "optional"
        case .stateNotNeeded: "Keine Verbindung nötig"
        case .stateByOperator: "Vom Administrator verbunden"
        case .stateConnected: "Verbunden"
        case .stateReconnect: "Muss neu verbunden werden"
        case .stateMissing: "Nicht verbunden"
        case .authorize: "Erlauben"
        case .cancel: "Abbrechen"
        }
    }
}
