package import HTTPMessages

/// An upstream with its state, as a row of the consent page and of the account page.
package enum ConnectionRow {
    /// The row; `buttons` are what can be done about it.
    package static func html(
        _ connection: ConnectionView, _ language: Language, @HTMLBuilder buttons: () -> HTML
    ) -> HTML {
        Tag.li(.class("row")) {
            icon(connection)
            Tag.div(.class("what")) {
                Tag.p {
                    Tag.strong { ForeignText(connection.title).html }
                    " "
                    badge(connection, language)
                }
                Tag.p(.class("muted")) { details(connection, language) }
            }
            buttons()
        }
    }

    /// What a button does to it, if anything: a connection that works can be ended, another one be made.
    package static func offer(_ connection: ConnectionView, _ language: Language) -> ConnectionOffer? {
        switch connection.state {
        case .notNeeded, .byOperator: nil
        case .connected: .disconnect(label: language.text(ConsentWord.disconnect))
        case .reconnect: .connect(label: language.text(ConsentWord.reconnect))
        case .missing: .connect(label: language.text(ConsentWord.connect))
        }
    }

    /// The letter stands beside the title, so assistive technology need not hear it.
    private static func icon(_ connection: ConnectionView) -> HTML {
        if let image = connection.icon.flatMap(InlineImage.init) {
            return Tag.img(.class("icon"), .source(image), .alternative(""))
        }
        let letter = ForeignText(connection.title).text.first.map { String($0).uppercased() } ?? "?"
        return Tag.span(.class("icon"), .decorative) { letter }
    }

    private static func badge(_ connection: ConnectionView, _ language: Language) -> HTML {
        switch connection.state {
        case .notNeeded: Tag.span(.class("badge")) { language.text(ConsentWord.stateNotNeeded) }
        case .byOperator: Tag.span(.class("badge ok")) { language.text(ConsentWord.stateByOperator) }
        case .connected: Tag.span(.class("badge ok")) { language.text(ConsentWord.stateConnected) }
        case .reconnect: Tag.span(.class("badge bad")) { language.text(ConsentWord.stateReconnect) }
        case .missing: Tag.span(.class("badge warn")) { language.text(ConsentWord.stateMissing) }
        }
    }

    private static func details(_ connection: ConnectionView, _ language: Language) -> HTML {
        var parts: [HTML] = []
        switch connection.state {
        case .notNeeded, .byOperator: break
        case .connected(let account):
            if let account { parts.append(language.html(ConsentWord.asAccount, ForeignText(account).html)) }
            if let since = connection.since { parts.append(language.html(ConsentWord.since, HTML(text: since))) }
        case .reconnect(let problem):
            if let problem { parts.append(ForeignText(problem, max: 200).html) }
            parts.append(necessity(connection, language))
        case .missing: parts.append(necessity(connection, language))
        }
        if !connection.scopes.isEmpty {
            let scopes = connection.scopes.prefix(20).map { ForeignText($0).text }.joined(separator: ", ")
            parts.append(language.html(ConsentWord.asksFor, Tag.code { scopes }))
        }
        var line = HTML()
        for part in parts {
            if !line.isEmpty { line.append(text: " · ") }
            line.append(part)
        }
        return line
    }

    private static func necessity(_ connection: ConnectionView, _ language: Language) -> HTML {
        HTML(text: language.text(connection.isRequired ? ConsentWord.required : ConsentWord.optional))
    }
}

/// What a person can do about a connection.
package enum ConnectionOffer: Sendable, Hashable {
    case connect(label: String)
    case disconnect(label: String)
}
