/// One thing that a person does to connect a client.
package enum GuideStep: Sendable, Hashable {
    /// Do this.
    case say(GuideText)
    /// Put this text there.
    case paste(GuideText, String)
    /// Follow this link: a page, or an address that the client itself opens.
    case open(GuideText, url: String)
}
