/// What a configuration file may cost; all of it is far above what a person or a generator writes.
package enum YAMLLimits {
    /// A thousand upstreams with a server each are about 200 KiB.
    package static let fileBytesMax = 1_048_576
    /// The deepest key of the configuration stands at 5; this bounds the stack of the reader.
    package static let depthMax = 32
    /// Values and keys together, so that a megabyte of `[,,,]` cannot become a gigabyte of nodes.
    package static let nodesMax = 100_000
}
