import JSONCoding
import Reactor

/// A server at the end of a channel as a session of a pool. A class because the pool and its calls share it.
final class PeerSession: PooledSession {
    /// The server.
    let peer: JSONRPCPeer

    /// Takes a peer that was started; ending the session closes it.
    init(_ peer: JSONRPCPeer) {
        self.peer = peer
    }

    var isUsable: Bool { peer.isOpen }
    var loop: EventLoop { peer.loop }
    func end() async { await peer.close() }
}
