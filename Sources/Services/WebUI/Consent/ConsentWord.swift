/// The texts of the consent page and of connections.
enum ConsentWord: Wording {
    case title, client, clientFrom, clientUnproven, answerGoesTo, onThisDevice, server, serverWasMissing
    case may, scopeRead, scopeWrite, you, otherAccount
    case deviceWarning, clientChanged, requiredMissing, nowConnected, connectFirst
    case connections, connect, reconnect, disconnect, asAccount, since, asksFor, required, optional
    case stateNotNeeded, stateByOperator, stateConnected, stateReconnect, stateMissing
    case authorize, cancel
}
