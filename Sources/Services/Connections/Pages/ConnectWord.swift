import WebUI

/// The texts of the pages that connect an account.
enum ConnectWord: Wording {
    case title, lead, sharedLead, whose, done, doneText, back
    case notNeeded, operatorOnly, store, discovery, discoveryLater, noClient, registration, issuerChanged
    case unknownState, otherPerson, otherIssuer, denied, exchange, exchangeLater, foreignLink, oldLink, sealing
}
