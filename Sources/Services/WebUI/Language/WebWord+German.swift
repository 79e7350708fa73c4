extension WebWord {
    var german: String {
        switch self {
        case .skipToContent: "Zum Inhalt springen"
        case .navigation: "Seiten"
        case .languages: "Sprachen"
        case .signOut: "Abmelden"
        case .errorTitle: "Das hat nicht geklappt"
        case .errorNext: "Zur Startseite"
        case .notFound: "Unter dieser Adresse gibt es nichts. Vielleicht ist der Link veraltet oder abgeschnitten."
        case .forbidden:
            "Ihr Konto darf diese Seite nicht sehen. Wenden Sie sich an einen Operator dieses Gateways, wenn Sie sie brauchen."
        case .foreignForm:
            "Dieses Formular gilt nicht mehr oder kam nicht von diesem Gateway: Vielleicht haben Sie sich inzwischen an- oder abgemeldet. Öffnen Sie die Seite neu und wiederholen Sie die Eingabe."
        case .signInNeeded: "Melden Sie sich zuerst an."
        case .unavailable: "Das Gateway kann das gerade nicht. Versuchen Sie es in ein paar Sekunden noch einmal."
        case .broken: "Im Gateway ist etwas schiefgegangen. Der Grund steht im Protokoll des Betreibers."
        case .tooLarge: "Es wurde mehr geschickt als die {1} Bytes, die hier gelesen werden."
        case .mediaType: "Was geschickt wurde, ist von keiner Art, die hier gelesen wird."
        case .methodNotAllowed: "Diese Adresse kann nicht, was verlangt wurde; das Feld Allow sagt, was sie kann."
        }
    }
}
