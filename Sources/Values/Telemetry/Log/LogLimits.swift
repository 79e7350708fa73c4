/// What a line may hold, whatever the fields say.
package enum LogLimits {
    /// `PIPE_BUF` of Linux: up to here the kernel writes a line into a pipe whole or not at all, and a pipe that is
    /// ready for writing takes it without blocking.
    package static let lineBytesMax = 4_096
    /// Of a message, escaped: our own sentences are far shorter.
    package static let messageBytesMax = 1_024
    /// Of one text value, escaped: enough for a URL or an error of an upstream.
    package static let valueBytesMax = 1_024
    /// Of fields: more are a sign of a loop over input.
    package static let fieldsMax = 32
}
