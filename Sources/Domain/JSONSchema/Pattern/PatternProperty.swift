/// A Unicode property that `\p{…}` can name: the general categories, and the binary ones that patterns are written with.
enum PatternProperty: Sendable {
    case category([Unicode.GeneralCategory])
    case binary(@Sendable (Unicode.Scalar) -> Bool)

    func holds(of scalar: Unicode.Scalar) -> Bool {
        switch self {
        case .category(let categories): categories.contains(scalar.properties.generalCategory)
        case .binary(let holds): holds(scalar)
        }
    }

    /// The property of a spelling such as `Lu`, `Letter` or `General_Category=Letter`; scripts are not among them.
    init?(named spelling: String) {
        let parts = spelling.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        if parts.count == 2 {
            guard parts[0] == "gc" || parts[0] == "General_Category",
                let categories = Self.categories[String(parts[1])]
            else { return nil }
            self = .category(categories)
        } else if let categories = Self.categories[spelling] {
            self = .category(categories)
        } else if let property = Self.binaries[spelling] {
            self = .binary(property)
        } else {
            return nil
        }
    }

    private static let binaries: [String: @Sendable (Unicode.Scalar) -> Bool] = [
        "Any": { _ in true },
        "ASCII": { $0.isASCII },
        "Assigned": { $0.properties.generalCategory != .unassigned },
        "Alphabetic": { $0.properties.isAlphabetic },
        "Alpha": { $0.properties.isAlphabetic },
        "Lowercase": { $0.properties.isLowercase },
        "Lower": { $0.properties.isLowercase },
        "Uppercase": { $0.properties.isUppercase },
        "Upper": { $0.properties.isUppercase },
        "White_Space": { $0.properties.isWhitespace },
        "space": { $0.properties.isWhitespace },
        "ID_Start": { $0.properties.isIDStart },
        "IDS": { $0.properties.isIDStart },
        "ID_Continue": { $0.properties.isIDContinue },
        "IDC": { $0.properties.isIDContinue },
        "XID_Start": { $0.properties.isXIDStart },
        "XID_Continue": { $0.properties.isXIDContinue },
        "Hex_Digit": { $0.properties.isHexDigit },
        "ASCII_Hex_Digit": { $0.properties.isASCIIHexDigit },
        "Dash": { $0.properties.isDash },
        "Ideographic": { $0.properties.isIdeographic },
        "Emoji": { $0.properties.isEmoji },
        "Emoji_Presentation": { $0.properties.isEmojiPresentation },
    ]

    private static let categories: [String: [Unicode.GeneralCategory]] = {
        let cased: [Unicode.GeneralCategory] = [.uppercaseLetter, .lowercaseLetter, .titlecaseLetter]
        let groups: [(names: [String], categories: [Unicode.GeneralCategory])] = [
            (["L", "Letter"], cased + [.modifierLetter, .otherLetter]),
            (["LC", "Cased_Letter"], cased),
            (["Lu", "Uppercase_Letter"], [.uppercaseLetter]),
            (["Ll", "Lowercase_Letter"], [.lowercaseLetter]),
            (["Lt", "Titlecase_Letter"], [.titlecaseLetter]),
            (["Lm", "Modifier_Letter"], [.modifierLetter]),
            (["Lo", "Other_Letter"], [.otherLetter]),
            (["M", "Mark", "Combining_Mark"], [.nonspacingMark, .spacingMark, .enclosingMark]),
            (["Mn", "Nonspacing_Mark"], [.nonspacingMark]),
            (["Mc", "Spacing_Mark"], [.spacingMark]),
            (["Me", "Enclosing_Mark"], [.enclosingMark]),
            (["N", "Number"], [.decimalNumber, .letterNumber, .otherNumber]),
            (["Nd", "Decimal_Number", "digit"], [.decimalNumber]),
            (["Nl", "Letter_Number"], [.letterNumber]),
            (["No", "Other_Number"], [.otherNumber]),
            (
                ["P", "Punctuation", "punct"],
                [
                    .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation,
                    .initialPunctuation, .finalPunctuation, .otherPunctuation,
                ]
            ),
            (["Pc", "Connector_Punctuation"], [.connectorPunctuation]),
            (["Pd", "Dash_Punctuation"], [.dashPunctuation]),
            (["Ps", "Open_Punctuation"], [.openPunctuation]),
            (["Pe", "Close_Punctuation"], [.closePunctuation]),
            (["Pi", "Initial_Punctuation"], [.initialPunctuation]),
            (["Pf", "Final_Punctuation"], [.finalPunctuation]),
            (["Po", "Other_Punctuation"], [.otherPunctuation]),
            (["S", "Symbol"], [.mathSymbol, .currencySymbol, .modifierSymbol, .otherSymbol]),
            (["Sm", "Math_Symbol"], [.mathSymbol]),
            (["Sc", "Currency_Symbol"], [.currencySymbol]),
            (["Sk", "Modifier_Symbol"], [.modifierSymbol]),
            (["So", "Other_Symbol"], [.otherSymbol]),
            (["Z", "Separator"], [.spaceSeparator, .lineSeparator, .paragraphSeparator]),
            (["Zs", "Space_Separator"], [.spaceSeparator]),
            (["Zl", "Line_Separator"], [.lineSeparator]),
            (["Zp", "Paragraph_Separator"], [.paragraphSeparator]),
            (["C", "Other"], [.control, .format, .surrogate, .privateUse, .unassigned]),
            (["Cc", "Control", "cntrl"], [.control]),
            (["Cf", "Format"], [.format]),
            (["Co", "Private_Use"], [.privateUse]),
            (["Cn", "Unassigned"], [.unassigned]),
        ]
        return Dictionary(uniqueKeysWithValues: groups.flatMap { group in group.names.map { ($0, group.categories) } })
    }()
}
