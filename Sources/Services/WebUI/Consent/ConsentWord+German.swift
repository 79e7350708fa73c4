extension ConsentWord {
    var german: String {
        switch self {
        case .title: "{1} Zugriff geben"
        }
    }
}
