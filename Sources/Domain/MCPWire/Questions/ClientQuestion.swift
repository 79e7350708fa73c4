package import JSONCoding

/// Something an upstream wants to know from the client, under a key that is unique within its call.
package struct ClientQuestion: Sendable, Hashable {
    /// What the answer is to be called by.
    package let key: String
    /// What sort of question it is.
    package let method: ClientQuestionMethod
    /// What is asked, in the form of the newest revision.
    package let params: JSONObject?

    /// A question with these parts.
    package init(key: String, method: ClientQuestionMethod, params: JSONObject?) {
        self.key = key
        self.method = method
        self.params = params
    }
}

/// The three things that a server may ask a client.
package enum ClientQuestionMethod: String, Sendable, Hashable, CaseIterable {
    /// A person fills in a form or opens a page.
    case elicitation = "elicitation/create"
    /// A model writes something.
    case sampling = "sampling/createMessage"
    /// Which folders the client works in.
    case roots = "roots/list"
}

/// What the client said.
package enum ClientAnswer: Sendable, Hashable {
    /// The bare result: of an elicitation, a sampling or a list of roots.
    case result(JSONObject)
    /// An error, which only a client of the handshake era can say.
    case error(code: Int, message: String)
}
