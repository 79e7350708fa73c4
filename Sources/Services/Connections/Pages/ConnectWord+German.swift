extension ConnectWord {
    var german: String {
        switch self {
        case .title: "{1} verbinden"
        case .lead:
            "Programme, denen Sie Zugriff auf dieses Gateway gegeben haben, nutzen {1} dann mit Ihrem Konto dort; Programme anderer tun das nicht."
        case .sharedLead:
            "Alle, die dieses Gateway nutzen, nutzen {1} dann mit dem Konto, mit dem Sie sich jetzt anmelden."
        case .whose: "Sie sind hier als {1} angemeldet."
        case .done: "{1} ist verbunden"
        case .doneText: "Sie können diese Seite schließen, dorthin zurückgehen, woher Sie kamen, und dort weitermachen."
        case .back: "Zurück"
        case .notNeeded: "Hier gibt es nichts zu verbinden."
        case .operatorOnly: "{1} verbindet ein Operator dieses Gateways einmal für alle. Wenden Sie sich an einen."
        case .store:
            "Das Gateway erreicht seinen Speicher gerade nicht. Versuchen Sie es in ein paar Sekunden noch einmal."
        case .discovery:
            "{1} sagt nicht so, dass das Gateway es annimmt, wo man sich dort anmeldet. Der Grund steht im Protokoll des Betreibers."
        case .discoveryLater: "{1} ist gerade nicht zu erreichen. Versuchen Sie es in einer Minute noch einmal."
        case .noClient:
            "{1} nimmt nur Programme, die sein Betreiber kennt. Ein Operator dieses Gateways muss es dort zuerst eintragen lassen."
        case .registration: "{1} nimmt dieses Gateway nicht als Client. Der Grund steht im Protokoll des Betreibers."
        case .issuerChanged:
            "{1} hat eine andere Anmeldung als bei der Einrichtung dieses Gateways. Ein Operator dieses Gateways muss sich das zuerst ansehen."
        case .unknownState:
            "Diese Antwort wurde schon benutzt, ist älter als zehn Minuten oder wurde nie angefordert. Beginnen Sie dort von vorn, woher Sie kamen."
        case .otherPerson:
            "Diese Antwort gehört zu einem anderen Browser oder einer anderen Person, als hier begonnen hat. Es wurde nichts verbunden. Beginnen Sie in diesem Browser von vorn."
        case .otherIssuer:
            "Die Antwort kam nicht von der Anmeldung von {1}, zu der Sie geschickt wurden. Es wurde nichts verbunden."
        case .denied: "{1} wurde nicht verbunden: Die Anmeldung dort antwortete „{2}“."
        case .exchange: "{1} wurde nicht verbunden: Die Anmeldung dort hielt nicht Wort ({2}). Beginnen Sie von vorn."
        case .exchangeLater:
            "{1} wurde nicht verbunden, weil die Anmeldung dort gerade nicht antwortet. Beginnen Sie in einer Minute von vorn."
        case .foreignLink:
            "Dieser Link ist für jemand anderen. Lassen Sie sich im eigenen Chat einen eigenen geben; wenn Sie hier zwei Konten haben, melden Sie sich mit dem anderen an."
        case .oldLink:
            "Dieser Link ist veraltet oder abgeschnitten. Fragen Sie im Chat noch einmal; die Antwort hat einen neuen."
        case .sealing: "Im Gateway ist etwas schiefgegangen. Der Grund steht im Protokoll des Betreibers."
        }
    }
}
