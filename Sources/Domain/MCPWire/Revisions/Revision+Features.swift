/// What a revision has, so that no other file compares dates. Each is named after what a peer can read, send or do.
extension Revision {
    // MARK: 2025-03-26

    /// Whether it runs over Streamable HTTP; before that there was only HTTP+SSE with its two addresses.
    package var hasStreamableHTTP: Bool { self >= .v2025_03_26 }
    /// Whether several messages may stand in one array: in 2025-03-26 alone.
    package var hasBatches: Bool { self == .v2025_03_26 }
    /// Whether tools carry hints such as `readOnlyHint`.
    package var hasToolAnnotations: Bool { self >= .v2025_03_26 }
    /// Whether content may be sound.
    package var hasAudio: Bool { self >= .v2025_03_26 }
    /// Whether progress comes with a sentence.
    package var hasProgressMessage: Bool { self >= .v2025_03_26 }
    /// Whether a server says that it completes arguments; before that the method existed without being announced.
    package var hasCompletionsCapability: Bool { self >= .v2025_03_26 }

    // MARK: 2025-06-18

    /// Whether `MCP-Protocol-Version` belongs on every request after the handshake.
    package var hasVersionHeader: Bool { self >= .v2025_06_18 }
    /// Whether things have a `title` beside their `name`.
    package var hasTitles: Bool { self >= .v2025_06_18 }
    /// Whether definitions, contents and blocks carry `_meta`.
    package var hasMetaEverywhere: Bool { self >= .v2025_06_18 }
    /// Whether tools have `outputSchema` and results `structuredContent`.
    package var hasStructuredContent: Bool { self >= .v2025_06_18 }
    /// Whether content may be a `resource_link`.
    package var hasResourceLinks: Bool { self >= .v2025_06_18 }
    /// Whether annotations say when a resource was last modified.
    package var hasLastModified: Bool { self >= .v2025_06_18 }
    /// Whether completion is told the arguments that are already known.
    package var hasCompletionContext: Bool { self >= .v2025_06_18 }
    /// Whether a server may ask the person for values of a form.
    package var hasElicitation: Bool { self >= .v2025_06_18 }

    // MARK: 2025-11-25

    /// Whether a server may ask the person to open a page.
    package var hasURLElicitation: Bool { self >= .v2025_11_25 }
    /// Whether such a page has an id, and a notification when it is done: in 2025-11-25 alone.
    package var hasElicitationID: Bool { self == .v2025_11_25 }
    /// Whether forms have choices with titles, choices of several, and defaults of all kinds.
    package var hasRichForms: Bool { self >= .v2025_11_25 }
    /// Whether sampling may use tools, and messages may have several blocks.
    package var hasSamplingTools: Bool { self >= .v2025_11_25 }
    /// Whether things have icons, and implementations a description and an address.
    package var hasIcons: Bool { self >= .v2025_11_25 }
    /// Whether tasks are part of the core: in 2025-11-25 alone, as an experiment.
    package var hasCoreTasks: Bool { self == .v2025_11_25 }
    /// Whether an event stream begins with an event that has an id and no data; older clients choke on it.
    package var sendsPrimingEvent: Bool { self == .v2025_11_25 }

    // MARK: 2026-07-28

    /// Whether every result says of which sort it is.
    package var hasResultType: Bool { self >= .v2026_07_28 }
    /// Whether lists and resources say how long they may be kept, and for whom.
    package var hasCacheHints: Bool { self >= .v2026_07_28 }
    /// Whether `structuredContent` may be any value and `outputSchema` any schema, not only objects.
    package var hasFreeStructuredContent: Bool { self >= .v2026_07_28 }
    /// Whether a server asks by `input_required` instead of by requests of its own.
    package var hasInputRequired: Bool { self >= .v2026_07_28 }
    /// Whether arguments are mirrored in `Mcp-Param-*`.
    package var hasParameterHeaders: Bool { self >= .v2026_07_28 }
}

extension Revision: Comparable {
    /// Older is less. The set is closed, so this is an order of its members and never one of unknown dates.
    package static func < (one: Revision, other: Revision) -> Bool { one.rawValue < other.rawValue }
}
