/// The texts of the consent page and of connections.
enum ConsentWord: Wording {
    case title
}
