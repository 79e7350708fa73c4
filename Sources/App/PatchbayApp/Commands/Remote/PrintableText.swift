/// Text of others as a terminal may show it: what could move its cursor or change its colours is shown as what it is.
func printable(_ text: String) -> String {
    var shown = ""
    for scalar in text.unicodeScalars {
        switch scalar.properties.generalCategory {
        case .control where scalar == "\n" || scalar == "\t": shown.unicodeScalars.append(scalar)
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned, .privateUse:
            // Joiners are part of how people write.
            if scalar == "\u{200D}" || scalar == "\u{200C}" {
                shown.unicodeScalars.append(scalar)
            } else {
                shown += "\\u{\(String(scalar.value, radix: 16))}"
            }
        default: shown.unicodeScalars.append(scalar)
        }
    }
    return shown
}

/// The first line, cut so that it fits beside others.
func firstLine(_ text: String, charactersMax: Int = 200) -> String {
    let line = text.split(separator: "\n", omittingEmptySubsequences: true).first.map(String.init) ?? ""
    let shown = printable(line)
    return shown.count > charactersMax ? "\(shown.prefix(charactersMax - 1))…" : shown
}
