import Testing
import WebUI

@testable import AuthorizationServer

struct FlowWordTests {
    @Test("every text is there in all languages, with the same values")
    func wordings() {
        #expect(FlowWord.disagreements == [])
    }
}
