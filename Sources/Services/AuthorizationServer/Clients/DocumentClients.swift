import JSONCoding
import OAuthRules
import Outbound
import Reactor
import SQLDatabase
import Storage
import Synchronization

/// Clients whose id is the address of their document: fetched, remembered, kept, and known by a copy when they cannot be fetched.
///
/// A class, because all requests share what is remembered.
///
/// Invariants:
/// 1. A document is fetched once at a time, however many ask for it.
/// 2. What is remembered was valid; errors and invalid documents are told to who asked, and forgotten.
/// 3. When fetching fails, a kept document is good for ``staleTime`` more, then a pinned one; the host is asked again after
///    ``retryTime``.
/// 4. Memory is bounded by ``rememberedMax``, the store by `bounds`.
final class DocumentClients: Sendable {
    /// How old a kept document may be that cannot be fetched again.
    static let staleTime = Duration.seconds(7 * 86_400)
    /// How long a copy is used before its host is asked again.
    static let retryTime = Duration.seconds(60)
    /// Clients in memory.
    static let rememberedMax = 1_024

    private struct Remembered {
        var client: OAuthClient
        var until: Duration
    }

    private let store: any ClientStoring
    private let fetcher: any Fetching
    private let now: StorageClock
    private let report: @Sendable (String) -> Void
    private let flights: OneAtATime<Result<OAuthClient, ClientProblem>>
    private let remembered = Mutex<[String: Remembered]>([:])

    init(
        store: any ClientStoring, fetcher: any Fetching, group: EventLoopGroup, now: @escaping StorageClock,
        report: @escaping @Sendable (String) -> Void
    ) {
        self.store = store
        self.fetcher = fetcher
        self.now = now
        self.report = report
        flights = OneAtATime(group: group)
    }

    func client(at url: ClientDocumentURL) async throws(ClientProblem) -> OAuthClient {
        let time = now()
        if let known = remembered.withLock({ $0[url.text] }), known.until > time { return known.client }
        return try await flights.outcome(of: url.text) { [self] in
            do throws(ClientProblem) {
                return .success(try await look(url))
            } catch {
                return .failure(error)
            }
        }.get()
    }

    private func look(_ url: ClientDocumentURL) async throws(ClientProblem) -> OAuthClient {
        let kept = await kept(url)
        if let kept, let until = kept.record.freshUntil, until > now() {
            return remember(kept.client, until: until)
        }
        switch await fetched(url) {
        case .success(let fresh):
            let until = now() + fresh.lifetime
            await keep(fresh.client, kept: kept?.record, until: until)
            return remember(fresh.client, until: until)
        case .failure(let failure):
            return try copy(of: url, kept: kept, failure)
        }
    }

    private struct Fresh {
        let client: OAuthClient
        let lifetime: Duration
    }

    private struct Failure: Error {
        let sentence: String
        /// Whether the document itself is wrong, which its owner has to mend.
        let isInvalid: Bool
    }

    private func fetched(_ url: ClientDocumentURL) async -> Result<Fresh, Failure> {
        let answer: FetchedAnswer
        do throws(FetchError) {
            answer = try await fetcher.fetch(FetchRequest(url.url, purpose: .clientDocument))
        } catch {
            return .failure(Failure(sentence: error.sentence, isInvalid: false))
        }
        // Draft section 4: only 200 brings a document; a redirect is an answer like any other, and not followed.
        guard answer.status == 200 else {
            return .failure(Failure(sentence: "Its host answered \(answer.status).", isInvalid: false))
        }
        do throws(ClientMetadataError) {
            let client = try ClientDocument.client(answer.body, at: url)
            return .success(Fresh(client: client, lifetime: CacheLifetime.of(answer.fields)))
        } catch {
            return .failure(Failure(sentence: error.description, isInvalid: true))
        }
    }

    /// Invariant 3. A document that its owner has made invalid is no reason to trust the one before it, unlike a host that is away.
    private func copy(
        of url: ClientDocumentURL, kept: (client: OAuthClient, record: KeptClient)?, _ failure: Failure
    ) throws(ClientProblem) -> OAuthClient {
        let until = now() + Self.retryTime
        if !failure.isInvalid {
            if let kept, let fetched = kept.record.fetched, fetched + Self.staleTime > now() {
                report(
                    "The document of client \(url.text) could not be fetched, the kept one is used. \(failure.sentence)"
                )
                return remember(kept.client, until: until)
            }
            if let bytes = PinnedDocuments.document(at: url.text),
                let client = try? ClientDocument.client(bytes, at: url)
            {
                report("The document of client \(url.text) could not be fetched, our copy is used. \(failure.sentence)")
                return remember(client, until: until)
            }
        }
        report("The document of client \(url.text) cannot be used. \(failure.sentence)")
        throw .invalidClient("The document at client_id cannot be used: \(quotable(failure.sentence))")
    }

    private func kept(_ url: ClientDocumentURL) async -> (client: OAuthClient, record: KeptClient)? {
        // Without the store a document is as good as without a copy of it.
        guard let record = try? await store.client(url.text), record.origin == .document,
            let client = try? ClientDocument.client(record.metadata, at: url)
        else { return nil }
        return (client, record)
    }

    /// What was fetched is good whether it can be kept or not.
    private func keep(_ client: OAuthClient, kept: KeptClient?, until: Duration) async {
        var object = client.metadata.json
        object["client_id"] = .string(client.id)
        let record = KeptClient(
            id: client.id, origin: .document, metadata: JSONWriter.bytes(of: .object(object)),
            created: kept?.created ?? now(), fetched: now(), freshUntil: until)
        if kept != nil, let isReplaced = try? await store.replace(record), isReplaced { return }
        _ = try? await store.add(record, bounds: ClientRegistry.bounds(now: now()))
    }

    private func remember(_ client: OAuthClient, until: Duration) -> OAuthClient {
        remembered.withLock { remembered in
            if remembered.count >= Self.rememberedMax {
                let time = now()
                remembered = remembered.filter { $0.value.until > time }
                // All of them good: who is asked for again is read from the store.
                if remembered.count >= Self.rememberedMax { remembered = [:] }
            }
            remembered[client.id] = Remembered(client: client, until: until)
        }
        return client
    }

    /// Forgets what is remembered of a client that was removed.
    func forget(_ id: String) {
        remembered.withLock { $0[id] = nil }
    }
}

/// A sentence as a description can carry it (RFC 6749 section 5.2).
func quotable(_ text: String) -> String {
    String(
        decoding: text.utf8.prefix(300).map { byte -> UInt8 in
            (0x20...0x7E).contains(byte) && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
                ? byte : UInt8(ascii: "?")
        }, as: UTF8.self)
}
