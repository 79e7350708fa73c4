/// How one client is connected.
package struct ClientGuide: Sendable {
    /// Where a client's calls come from.
    package enum Reach: Sendable, Hashable {
        /// From its maker's machines: they need a public https address.
        case makersMachines
        /// From the person's own machine.
        case ownMachine
    }

    /// As commands and addresses call it.
    package let id: String
    /// As its maker calls it.
    package let name: String
    /// Where its calls come from.
    package let reach: Reach
    /// Other words for it that people try.
    package let otherIDs: [String]
    private let make: @Sendable (ConnectTarget) -> [GuideStep]

    init(
        id: String, name: String, reach: Reach, otherIDs: [String] = [],
        steps: @escaping @Sendable (ConnectTarget) -> [GuideStep]
    ) {
        self.id = id
        self.name = name
        self.reach = reach
        self.otherIDs = otherIDs
        make = steps
    }

    /// Every client that there is a guide for, the most asked for first.
    package static let all: [ClientGuide] = [
        .chatGPT, .claude, .claudeCode, .cursor, .visualStudioCode, .codex, .gemini, .inspector, .other,
    ]

    /// The guide that a word means, whatever its case.
    package static func named(_ word: String) -> ClientGuide? {
        let word = word.lowercased()
        return all.first { $0.id == word || $0.otherIDs.contains(word) }
    }

    /// What stands in the way of this client, if anything does.
    package func obstacle(_ target: ConnectTarget) -> GuideText? {
        guard reach == .makersMachines, !target.isPublic else { return nil }
        return GuideText(
            "\(name) calls from its maker's machines, which cannot reach \(target.url). Give Patchbay a public https address first: set publicURL, and put a reverse proxy or a tunnel in front.",
            de:
                "\(name) ruft von den Rechnern seines Herstellers aus an, die \(target.url) nicht erreichen. Geben Sie Patchbay zuerst eine öffentliche https-Adresse: setzen Sie publicURL und stellen Sie einen Reverse-Proxy oder einen Tunnel davor."
        )
    }

    /// What to do, in order.
    package func steps(_ target: ConnectTarget) -> [GuideStep] {
        let last: GuideStep = .say(
            GuideText(
                "Ask it: “Which tools of \(target.title) do you have?”",
                de: "Fragen Sie: „Welche Werkzeuge von \(target.title) hast du?“"))
        return make(target) + [last]
    }
}
