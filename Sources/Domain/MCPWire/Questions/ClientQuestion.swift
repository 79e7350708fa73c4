package import JSONCoding

/// Something that a server asks of the client in the middle of a call, in neutral form: an entry of `inputRequests`.
package struct ClientQuestion: Sendable, Hashable {
    /// The three sorts that MCP has.
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        /// Values or a page, from the person.
        case elicitation = "elicitation/create"
        /// A completion, from the client's model.
        case sampling = "sampling/createMessage"
        /// The folders that the client works in.
        case roots = "roots/list"
    }

    /// By what name the answer comes back; unique in its call.
    package let key: String
    /// Which sort it is.
    package let kind: Kind
    /// What is asked, in neutral form.
    package let params: JSONObject?
    /// The id that an upstream of 2025-11-25 gave the page to be opened. The neutral form has none; a client of 2025-11-25
    /// gets this one, so that the upstream's notification that the page is done means something to it.
    package let elicitationID: String?

    /// Takes an entry of `inputRequests`, which is in neutral form.
    package init(key: String, kind: Kind, params: JSONObject? = nil, elicitationID: String? = nil) {
        self.key = key
        self.kind = kind
        self.params = params
        self.elicitationID = elicitationID
    }

    /// Takes a request that an upstream of the handshake era sent; nothing if its method asks nothing of a client.
    package init?(key: String, method: String, params: JSONObject?) {
        guard let kind = Kind(rawValue: method) else { return nil }
        var neutral = params
        neutral?.remove("elicitationId", "task")
        neutral?.changeMeta { $0.remove(MetaKey.progressToken, MetaKey.relatedTask) }
        if neutral?.members.isEmpty == true { neutral = nil }
        self.init(
            key: key, kind: kind, params: neutral, elicitationID: params?["elicitationId"]?.stringValue)
    }

    /// Whether it asks the person to open a page; an absent mode means a form (MCP 2026-07-28, elicitation).
    package var isPage: Bool { kind == .elicitation && params?["mode"]?.stringValue == "url" }

    /// What the client must have declared for it (MCP 2026-07-28, MRTR: never ask for what it lacks).
    package var needs: InteractiveCapabilities {
        switch kind {
        case .elicitation: isPage ? .urlElicitation : .formElicitation
        case .sampling:
            params?["tools"] != nil || params?["toolChoice"] != nil ? [.sampling, .samplingTools] : .sampling
        case .roots: .roots
        }
    }

    /// The entry of `inputRequests`.
    package var entry: JSONObject {
        var entry: JSONObject = ["method": .string(kind.rawValue)]
        entry["params"] = params.map(JSONValue.object)
        return entry
    }
}

extension ClientQuestion {
    /// The params for a client of the handshake era; nothing if its revision cannot be asked this.
    ///
    /// `elicitationID` is the id that a page gets if the upstream gave it none; it is used for 2025-11-25 alone.
    package func params(for revision: Revision, elicitationID fresh: String) -> Question? {
        switch kind {
        case .roots: Question(params: params)
        case .sampling: Question(params: params.map { SamplingForm.params($0, for: revision) })
        case .elicitation:
            if !revision.hasElicitation || isPage && !revision.hasURLElicitation {
                nil
            } else if isPage {
                Question(params: pageParams(elicitationID ?? fresh, for: revision))
            } else {
                Question(params: params.map { ElicitationForm.params($0, for: revision) })
            }
        }
    }

    /// The params of a question, which a `roots/list` may do without.
    package struct Question: Sendable, Hashable {
        /// What the request carries.
        package let params: JSONObject?
    }

    /// The JSON-RPC request to a client of the handshake era; nothing if its revision cannot be asked this.
    package func request(id: some Collection<UInt8>, for revision: Revision, elicitationID: String) -> [UInt8]? {
        guard let question = params(for: revision, elicitationID: elicitationID) else { return nil }
        return JSONRPCWriter.request(id: id, method: kind.rawValue, params: question.params)
    }

    private func pageParams(_ id: String, for revision: Revision) -> JSONObject? {
        var page = params
        if revision.hasElicitationID { page?["elicitationId"] = .string(id) }
        return page
    }
}
