import JSONCoding
import Synchronization

/// Resources that upstreams named in their results and in no list: which upstream named which, the newest ones.
///
/// A class, because all calls of a server add to it. Only servers with several upstreams need it: of one upstream everything is.
final class ReturnedLinks: Sendable {
    /// Links that are remembered; the oldest goes when there are more.
    private static let linksMax = 10_000
    private static let linkBytesMax = 4_096

    private struct State {
        var upstreams: [String: Int] = [:]
        var order: [String] = []
        var oldest = 0
    }

    private let state = Mutex(State())

    /// The upstream that named a resource.
    func upstream(of uri: String) -> Int? {
        state.withLock { $0.upstreams[uri] }
    }

    /// Remembers the links in a result, as the upstream spells them.
    func note(_ result: JSONObject, of upstream: Int) {
        for block in result["content"]?.arrayValue ?? [] where block["type"] == "resource_link" {
            if let uri = block["uri"]?.stringValue { add(uri, upstream) }
        }
        for message in result["messages"]?.arrayValue ?? [] where message["content"]?["type"] == "resource_link" {
            if let uri = message["content"]?["uri"]?.stringValue { add(uri, upstream) }
        }
    }

    /// The same for a response that is passed on as bytes; it is taken apart only if it can have a link in it.
    func note(response: [UInt8], of upstream: Int) {
        guard Self.mayLink(response.span), let value = try? JSONParser.parse(response),
            let result = value["result"]?.objectValue
        else { return }
        note(result, of: upstream)
    }

    private func add(_ uri: String, _ upstream: Int) {
        guard uri.utf8.count <= Self.linkBytesMax else { return }
        state.withLock { state in
            guard state.upstreams.updateValue(upstream, forKey: uri) == nil else { return }
            if state.order.count < Self.linksMax {
                state.order.append(uri)
            } else {
                state.upstreams.removeValue(forKey: state.order[state.oldest])
                state.order[state.oldest] = uri
                state.oldest = (state.oldest + 1) % Self.linksMax
            }
        }
    }

    /// Whether `_link"` stands in it, as the only type of content that is a link ends.
    private static func mayLink(_ message: Span<UInt8>) -> Bool {
        let end: [UInt8] = Array(#"_link""#.utf8)
        var index = end.count - 1
        while index < message.count {
            // The quotation mark ends the word; without one here the next may stand anywhere behind.
            if message[index] == end[5], message[index - 1] == end[4], message[index - 2] == end[3],
                message[index - 3] == end[2], message[index - 4] == end[1], message[index - 5] == end[0]
            {
                return true
            }
            index += 1
        }
        return false
    }
}
