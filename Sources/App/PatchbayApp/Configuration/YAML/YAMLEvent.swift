/// What the parser saw next, with everything that this reader wants to know about it.
struct YAMLEvent {
    enum Kind {
        case streamStart, streamEnd
        case documentStart, documentEnd
        case scalar(YAMLScalar)
        case alias
        case sequenceStart, sequenceEnd
        case mappingStart, mappingEnd
    }

    let kind: Kind
    let position: YAMLPosition
    var hasAnchor = false
    var hasTag = false
}
