extension WebWord {
    var english: String {
        switch self {
        case .skipToContent: "Skip to the content"
        case .navigation: "Pages"
        case .languages: "Languages"
        case .signOut: "Sign out"
        case .errorTitle: "This did not work"
        case .errorNext: "Go to the start page"
        case .notFound: "Nothing is at this address. If you followed a link, it may be old or cut off."
        case .forbidden: "Your account may not see this page. Ask an operator of this gateway if you need it."
        case .foreignForm:
            "This form is no longer valid, or did not come from this gateway: you may have signed in or out since it was shown. Open the page again and repeat what you did."
        case .signInNeeded: "Sign in first."
        case .unavailable: "The gateway cannot do this at the moment. Try again in a few seconds."
        case .broken: "Something went wrong in the gateway. Its operator finds the reason in the log."
        case .tooLarge: "What was sent is larger than the {1} bytes that are read here."
        case .mediaType: "What was sent is not of a type that is read here."
        case .methodNotAllowed: "This address is not for what was asked; the Allow field says what is."
        }
    }
}
