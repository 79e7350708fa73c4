/// One value of a YAML text with the place where it begins.
struct YAMLNode: Sendable, Hashable {
    let position: YAMLPosition
    let value: YAMLValue
}

/// The three shapes of YAML.
indirect enum YAMLValue: Sendable, Hashable {
    case scalar(YAMLScalar)
    case sequence([YAMLNode])
    case mapping([YAMLEntry])
}

/// One key of a mapping with its value; keys are always text, as they are spelled.
struct YAMLEntry: Sendable, Hashable {
    let key: String
    let keyPosition: YAMLPosition
    let node: YAMLNode
}
