/// The page on which a person gives a client access.
package enum ConsentPage {
    /// The page for whoever is signed in.
    package static func page(_ view: ConsentView, for person: SignedInPerson, _ request: WebRequest) -> Page {
        let language = request.language
        return Page(
            heading: language.text(ConsentWord.title, ForeignText(view.clientName).text), formTarget: .anotherParty
        ) {
            Tag.p { person.name }
        }
    }
}
