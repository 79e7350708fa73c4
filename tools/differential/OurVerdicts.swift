import Glibc

// What our parsers make of each case; the form of cases and lines is described in llhttp_verdicts.c. This file is compiled
// together with the sources of HTTPMessages into one program, so that the package needs no product for it.

/// One stream of messages, read to its end or to a refusal.
struct StreamReading {
    var messages: [String] = []
    var verdict = "accept"
    var why = ""

    mutating func read(_ kind: UInt8, _ input: [UInt8]) {
        var start = 0
        if kind == UInt8(ascii: "Q") {
            var parser = RequestHeadParser()
            while verdict == "accept", start < input.count {
                switch parser.parse(input.span.extracting(start..<input.count)) {
                case .incomplete: verdict = "incomplete"
                case .refused(let refusal): refuse(refusal)
                case .complete(let head, let consumed):
                    start += consumed
                    let target = head.targetBytes.map { hexadecimal($0) }.joined()
                    guard let length = readBody(head.framing, input, &start) else { return }
                    messages.append("\(head.method) \(target) \(length)")
                    if !head.keepsAlive { return }
                }
            }
        } else {
            var parser = ResponseHeadParser(requestMethod: .get)
            while verdict == "accept", start < input.count {
                switch parser.parse(input.span.extracting(start..<input.count)) {
                case .incomplete: verdict = "incomplete"
                case .refused(let refusal): refuse(refusal)
                case .complete(let head, let consumed):
                    start += consumed
                    guard let length = readBody(head.framing, input, &start) else { return }
                    messages.append("\(head.status) \(length)")
                    if !head.keepsAlive { return }
                }
            }
        }
    }

    private mutating func readBody(_ framing: BodyFraming, _ input: [UInt8], _ start: inout Int) -> Int? {
        switch framing {
        case .none: return 0
        case .untilClose:
            defer { start = input.count }
            return input.count - start
        case .length(let length):
            guard length <= input.count - start else {
                verdict = "incomplete"
                return nil
            }
            start += length
            return length
        case .chunked:
            var decoder = ChunkDecoder()
            var length = 0
            while true {
                switch decoder.decode(input.span.extracting(start..<input.count)) {
                case .data(let range, let consumed):
                    length += range.count
                    start += consumed
                case .needMore:
                    verdict = "incomplete"
                    return nil
                case .complete(_, let consumed):
                    start += consumed
                    return length
                case .refused(let refusal):
                    refuse(refusal)
                    return nil
                }
            }
        }
    }

    private mutating func refuse(_ refusal: HTTPRefusal) {
        verdict = "reject"
        why = "\(refusal.rule.rawValue) \(refusal.rule)"
    }
}

func hexadecimal(_ byte: UInt8) -> String {
    let digits = Array("0123456789abcdef")
    return String([digits[Int(byte >> 4)], digits[Int(byte & 15)]])
}

@main
enum OurVerdicts {
    static func main() {
        var input: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while case let count = read(0, &buffer, buffer.count), count > 0 { input += buffer[..<count] }
        var output = ""
        var index = 0
        while index + 5 <= input.count {
            let length = input[(index + 1)...(index + 4)].reduce(0) { $0 << 8 | Int($1) }
            let bytes = Array(input[(index + 5)..<(index + 5 + length)])
            var reading = StreamReading()
            reading.read(input[index], bytes)
            output += "\(reading.verdict)\t\(reading.why)\t\(reading.messages.joined(separator: ";"))\n"
            index += 5 + length
        }
        print(output, terminator: "")
    }
}
