import HTTPMessages

/// A problem, as people see it.
enum ProblemPage {
    static func page(_ problem: WebProblem, _ language: Language) -> Page {
        Page(heading: language.text(WebWord.errorTitle)) {
            Tag.p { problem.text(language) }
            Tag.p { Tag.a(.href("/")) { language.text(WebWord.errorNext) } }
        }
    }
}
