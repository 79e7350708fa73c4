import Testing

@testable import PatchbayApp

@Suite struct `Messages on standard input` {
    @Test func `are one a line, whatever the pieces in which they come`() async throws {
        let pipe = try Pipe()
        let input = MessageInput(descriptor: pipe.read, bytesMax: 100)
        pipe.put("{\"a\":1}\n{\"b\"")
        #expect(await input.next() == message("{\"a\":1}"))
        pipe.put(":2}\r\n\n  \n{\"c\":3}")
        #expect(await input.next() == message("{\"b\":2}"))
        pipe.closeWrite()
        #expect(await input.next() == message("{\"c\":3}"))
        #expect(await input.next() == nil)
        #expect(await input.next() == nil)
    }

    @Test func `have a limit, and a longer one does not spoil the next`() async throws {
        let pipe = try Pipe()
        let input = MessageInput(descriptor: pipe.read, bytesMax: 10)
        pipe.put("0123456789\n01234567890\n" + String(repeating: "x", count: 200) + "\nnext\n")
        #expect(await input.next() == message("0123456789"))
        #expect(await input.next() == .tooLong)
        #expect(await input.next() == .tooLong)
        #expect(await input.next() == message("next"))
        pipe.put("0123456789abc")
        pipe.closeWrite()
        #expect(await input.next() == .tooLong)
        #expect(await input.next() == nil)
    }

    @Test func `end when nobody wants them any more`() async throws {
        let pipe = try Pipe()
        let input = MessageInput(descriptor: pipe.read, bytesMax: 10)
        async let waiting = input.next()
        input.end()
        #expect(await waiting == nil)
        let second = MessageInput(descriptor: pipe.read, bytesMax: 10)
        let task = Task { await second.next() }
        task.cancel()
        #expect(await task.value == nil)
    }

    @Test func `are as long as ten mebibytes`() async throws {
        let pipe = try Pipe()
        let size = BridgeSettings().messageBytesMax
        let input = MessageInput(descriptor: pipe.read, bytesMax: size)
        let long = [UInt8](repeating: UInt8(ascii: "x"), count: size)
        let writer = Task.detached {
            pipe.put(long + [UInt8(ascii: "\n")] + long + Array("y\nz\n".utf8))
        }
        #expect(await input.next() == .message(long))
        #expect(await input.next() == .tooLong)
        #expect(await input.next() == message("z"))
        await writer.value
    }

    private func message(_ text: String) -> MessageInput.Line { .message(Array(text.utf8)) }
}
