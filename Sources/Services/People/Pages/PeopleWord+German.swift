extension PeopleWord {
    var german: String {
        switch self {
        case .signIn: "Anmelden"
        case .userName: "Benutzername"
        case .password: "Passwort"
        case .wrongPassword: "Benutzername oder Passwort ist falsch."
        case .tooManyAttempts: "Zu viele Versuche mit diesem Benutzernamen. Versuchen Sie es in {1} Sekunden wieder."
        case .signInWith: "Mit {1} anmelden"
        case .signInAgain: "Neu beginnen"
        case .signInOver:
            "Diese Anmeldung gilt nicht mehr: Sie hat zu lange gedauert, wurde schon benutzt oder in einem anderen Browser begonnen. Es ist nichts geschehen; beginnen Sie neu."
        case .providerRefused: "{1} hat Sie nicht angemeldet ({2})."
        case .providerUnreachable: "{1} ist im Augenblick nicht erreichbar. Versuchen Sie es in einer Minute wieder."
        case .providerUnusable:
            "Die Anmeldung mit {1} hat nicht funktioniert. Wenn das wieder geschieht, sagen Sie es dem Betreiber dieses Gateways; in seinem Protokoll steht der Grund."
        case .notAdmitted: "{1} kennt Sie, aber Sie haben hier keinen Zugang. Fragen Sie den Betreiber dieses Gateways."
        case .setupTitle: "Das erste Konto anlegen"
        case .setupText:
            "Dieses Konto verwaltet das Gateway. Weitere legen Sie damit an, oder mit dem Befehl „patchbay user add“."
        case .setupButton: "Konto anlegen"
        case .setupUsed:
            "Dieser Link gilt nicht mehr: Er wurde benutzt oder ist zu alt. Solange es keinen Benutzer gibt, schreibt jeder Start des Gateways einen neuen aus."
        case .passwordRule:
            "Mindestens {1} Zeichen. Ein paar Wörter, die nur Sie zusammenstellen, sind besser als ein kurzes mit vielen Sonderzeichen."
        case .badUserName: "Ein Benutzername hat 1 bis {1} Zeichen ohne Leerzeichen."
        case .badPassword: "Ein Passwort hat mindestens {1} und höchstens {2} Zeichen."
        case .account: "Konto"
        case .role: "Rolle"
        case .roleOperator: "Operator: verwaltet alles"
        case .roleBuilder: "Builder: verwaltet Upstreams und Server"
        case .roleMember: "Mitglied"
        case .groups: "Gruppen"
        case .connections: "Meine Verbindungen"
        case .noConnections: "Hier braucht nichts eine Verbindung von Ihnen."
        case .clients: "Programme mit Zugriff"
        case .noClients: "Sie haben keinem Programm Zugriff gegeben."
        case .grantDetails: "{1} · {2} · seit {3}"
        case .revoke: "Widerrufen"
        case .keys: "API-Schlüssel"
        case .keysText:
            "Für Programme, die sich nicht anmelden können. Ein Schlüssel handelt in Ihrem Namen an einem Server; wer ihn hat, kann das."
        case .keyDetails: "{1} · angelegt am {2}"
        case .keyServer: "Server"
        case .keyName: "Name (wofür er ist)"
        case .createKey: "Schlüssel anlegen"
        case .newKey: "Ihr neuer Schlüssel für {1}. Kopieren Sie ihn jetzt: Er wird nicht noch einmal gezeigt."
        case .badKeyName: "Der Name eines Schlüssels hat höchstens {1} Zeichen."
        case .tooManyKeys:
            "Sie haben {1} Schlüssel, mehr gehen nicht. Widerrufen Sie einen, der nicht mehr gebraucht wird."
        case .changePassword: "Passwort ändern"
        case .changePasswordText:
            "Alle anderen Browser müssen sich neu anmelden. Programme und Schlüssel behalten ihren Zugriff."
        case .presentPassword: "Jetziges Passwort"
        case .newPassword: "Neues Passwort"
        case .passwordChanged: "Ihr Passwort ist geändert."
        case .wrongPresentPassword: "Das jetzige Passwort ist falsch; es wurde nichts geändert."
        case .browsers: "Browser"
        case .browsersText:
            "Beendet Ihre Sitzungen in allen Browsern, auch in diesem. Programme und Schlüssel behalten ihren Zugriff."
        case .signOutEverywhere: "Überall abmelden"
        }
    }
}
