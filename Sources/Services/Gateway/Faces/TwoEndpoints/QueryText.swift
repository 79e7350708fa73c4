/// The query of a target, read for one name; our own values need no decoding.
enum QueryText {
    static func value(_ name: String, in query: String) -> String? {
        for part in query.split(separator: "&") {
            let pair = part.split(separator: "=", maxSplits: 1)
            if pair.count == 2, pair[0] == name { return String(pair[1]) }
        }
        return nil
    }
}
