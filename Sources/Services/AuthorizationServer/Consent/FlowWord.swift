import WebUI

/// The texts of this room's pages: why an authorization cannot go on, and what to do.
enum FlowWord: Wording {
    case clientMissing, clientUnknown, redirectUnknown
    case requestOver, requestElsewhere
    case notAdmittedTitle, notAdmitted, backToClient, otherAccount
    case connectFailed
}
