import JSONCoding

/// Holds the promises of `JSONCoding` against any bytes: both readers agree, what is read survives being written, and what a
/// scan found is what the tree has.
func fuzzJSON(_ bytes: [UInt8]) {
    let limits = JSONLimits(depth: 64, stringBytes: 4096, numberBytes: 256)
    let parsed = outcome { () throws(JSONError) in try JSONParser.parse(bytes, limits: limits) }
    let validated = outcome { () throws(JSONError) in try JSONScanner(query: JSONQuery([]), limits: limits).scan(bytes)
    }
    switch (parsed, validated) {
    case (.success(let value), .success(let findings)):
        precondition(findings.rootKind == value.kind, "the readers disagree about the kind")
        precondition(String(validating: bytes, as: UTF8.self) != nil, "took what is not UTF-8")
        checkRoundTrip(of: value)
        checkFindings(in: bytes, against: value, limits)
    case (.failure(let one), .failure(let other)):
        precondition(one == other && (0...bytes.count).contains(one.offset), "the readers disagree about the fault")
        precondition(one.reason.hasSuffix("."), "a reason that is no sentence")
        if one.fault == .invalidUTF8 {
            precondition(String(validating: bytes, as: UTF8.self) == nil, "refused what is UTF-8")
        }
    case (.success, .failure), (.failure, .success):
        preconditionFailure("the readers disagree")
    }
}

private func checkRoundTrip(of value: JSONValue) {
    let text = JSONWriter.bytes(of: value)
    guard let again = try? JSONParser.parse(text) else { preconditionFailure("what was written cannot be read") }
    precondition(again == value, "what was written is another value")
    precondition(JSONWriter.bytes(of: again) == text, "writing twice gives two texts")
}

private func checkFindings(in bytes: [UInt8], against value: JSONValue, _ limits: JSONLimits) {
    let query = JSONQuery([
        JSONQuery.Member("id", slot: 0),
        JSONQuery.Member("params", slot: 1, isUnique: true, members: [JSONQuery.Member("name", slot: 2)]),
    ])
    guard let findings = try? JSONScanner(query: query, limits: limits).scan(bytes) else {
        let params = value.objectValue?.members.filter { $0.name.utf8.elementsEqual("params".utf8) }
        precondition((params?.count ?? 0) > 1, "refused without a duplicate")
        return
    }
    check(findings[0], in: bytes, against: last("id", of: value))
    check(findings[1], in: bytes, against: last("params", of: value))
    check(findings[2], in: bytes, against: last("params", of: value).flatMap { last("name", of: $0) })
}

private func check(_ finding: JSONFinding?, in bytes: [UInt8], against value: JSONValue?) {
    guard let finding, let value else {
        precondition(finding == nil && value == nil, "found what is not there, or not what is")
        return
    }
    precondition(finding.kind == value.kind, "the kind of a finding is wrong")
    precondition((try? JSONParser.parse(Array(bytes[finding.range]))) == value, "the range of a finding is wrong")
    precondition(finding.string(in: bytes) == value.stringValue, "the text of a finding is wrong")
    var splice = JSONSplice()
    splice.replace(finding.range, with: Array(bytes[finding.range]))
    precondition(splice.applied(to: bytes) == bytes, "replacing a value by itself changes the message")
}

private func last(_ name: String, of value: JSONValue) -> JSONValue? {
    value.objectValue?.members.last { $0.name.utf8.elementsEqual(name.utf8) }?.value
}

private func outcome<Success>(_ body: () throws(JSONError) -> Success) -> Result<Success, JSONError> {
    do { return .success(try body()) } catch { return .failure(error) }
}
