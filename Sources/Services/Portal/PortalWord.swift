import WebUI

/// The texts of this room.
enum PortalWord: Wording {
    case catalog, catalogText, noServers, connectClient, address
    case welcome, welcomeText, openServers, signIn
    case back, chooseClient, next, nextText, account
}
