extension FlowWord {
    var german: String {
        switch self {
        case .clientMissing:
            "Die App, die Sie hierher geschickt hat, hat nicht gesagt, welche App sie ist (client_id). Entfernen Sie die Verbindung in der App und legen Sie sie neu an; wenn das nicht hilft, wenden Sie sich an den Hersteller der App."
        case .clientUnknown:
            "Die App, die Sie hierher geschickt hat, ist diesem Gateway nicht bekannt. Entfernen Sie die Verbindung in der App und legen Sie sie neu an. Der Grund: {1}"
        case .redirectUnknown:
            "Die App {1} wollte die Antwort an eine Adresse, die sie nicht registriert hat (redirect_uri). Zu Ihrer Sicherheit wurden Sie nicht dorthin geschickt. Entfernen Sie die Verbindung in der App und legen Sie sie neu an; wenn Sie die App hier selbst eingerichtet haben, vergleichen Sie die Adressen."
        case .requestOver:
            "Diese Anfrage ist erledigt: Sie wurde schon beantwortet oder hat länger als 30 Minuten gewartet. Beginnen Sie noch einmal in der App, die Sie hierher geschickt hat."
        case .requestElsewhere:
            "Diese Anfrage wurde in einem anderen Browser geöffnet, oder von jemandem, der sich inzwischen abgemeldet hat. Beginnen Sie noch einmal in der App, die Sie hierher geschickt hat."
        case .notAdmittedTitle: "Ihr Konto hat keinen Zugriff auf {1}"
        case .notAdmitted:
            "Sie sind als {1} angemeldet. Dieses Konto ist in keiner der Gruppen, die {2} benutzen dürfen. Bitten Sie einen Operator dieses Gateways um Zugriff, oder melden Sie sich mit einem anderen Konto an und beginnen Sie noch einmal in der App."
        case .backToClient: "Zurück zu {1}"
        case .otherAccount: "Mit einem anderen Konto anmelden"
        case .connectFailed: "Das Verbinden hat nicht geklappt: {1}."
        }
    }
}
