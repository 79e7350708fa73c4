extension ConsentWord {
    var english: String {
        switch self {
        case .title: "Give {1} access"
        }
    }
}
