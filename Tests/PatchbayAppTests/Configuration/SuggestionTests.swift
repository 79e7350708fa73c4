import PatchbayApp
import Testing

@Suite struct `A suggestion` {
    @Test(arguments: [
        ("lisen", "listen"), ("lsiten", "listen"), ("listenn", "listen"), ("LISTEN", "listen"),
        ("public_url", "publicURL"),
        ("public-url", "publicURL"), ("orgins", "origins"), ("servrs", "servers"),
    ])
    func `is the word that was meant`(word: String, meant: String) {
        #expect(Suggestion.nearest(to: word, among: ["data", "listen", "publicURL", "origins", "servers"]) == meant)
    }

    @Test(arguments: ["", "x", "portal", "lst", "dada-base", "entirely-different"])
    func `is not made when the word is far from all`(word: String) {
        #expect(Suggestion.nearest(to: word, among: ["data", "listen", "publicURL", "origins", "servers"]) == nil)
    }
}
