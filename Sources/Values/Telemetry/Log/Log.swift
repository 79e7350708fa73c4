/// Where a program says what happened: a value that is copied freely and costs one compare when its level is off.
///
/// Messages are constant sentences of ours, and what varies goes into fields, so that lines can be counted and
/// searched, and so that what comes from outside is always escaped.
package struct Log: Sendable {
    /// The least level that is written.
    package let level: LogLevel
    private let sink: LogSink
    private let context: LogFields

    /// Makes a log that hands events of `level` and above to `sink`, each with the fields of `context` in front.
    package init(level: LogLevel = .info, sink: LogSink, context: LogFields = [:]) {
        self.level = level
        self.sink = sink
        self.context = context
    }

    /// A log that says nothing, for tests of something else.
    package static var silent: Log {
        Log(level: .error, sink: LogSink { _ in })
    }

    /// The same log with fields that every later line carries.
    package func adding(_ fields: LogFields) -> Log {
        Log(level: level, sink: sink, context: context.adding(fields))
    }

    /// Whether a line of this level would be written, for callers whose fields are dear to gather.
    package func writes(_ level: LogLevel) -> Bool {
        level >= self.level
    }

    /// Says what only a developer of Patchbay wants to know.
    package func debug(_ message: @autoclosure () -> String, _ fields: @autoclosure () -> LogFields = [:]) {
        if level <= .debug { emit(.debug, message(), fields()) }
    }

    /// Says that something happened which happens once.
    package func info(_ message: @autoclosure () -> String, _ fields: @autoclosure () -> LogFields = [:]) {
        if level <= .info { emit(.info, message(), fields()) }
    }

    /// Says what went wrong and was survived.
    package func warning(_ message: @autoclosure () -> String, _ fields: @autoclosure () -> LogFields = [:]) {
        if level <= .warning { emit(.warning, message(), fields()) }
    }

    /// Says what could not be done.
    package func error(_ message: @autoclosure () -> String, _ fields: @autoclosure () -> LogFields = [:]) {
        emit(.error, message(), fields())
    }

    @inline(never)
    private func emit(_ level: LogLevel, _ message: String, _ fields: LogFields) {
        sink.receive(LogEvent(level: level, message: message, fields: context.adding(fields)))
    }
}

/// One thing that was said, before it is a line.
package struct LogEvent: Sendable, Hashable {
    /// How much it matters.
    package let level: LogLevel
    /// The sentence.
    package let message: String
    /// What varies.
    package let fields: LogFields

    /// Makes an event; a log does this for its callers.
    package init(level: LogLevel, message: String, fields: LogFields) {
        self.level = level
        self.message = message
        self.fields = fields
    }
}

/// What becomes of events: a closure, called from any thread, that must neither block for long nor log itself.
package struct LogSink: Sendable {
    /// Takes one event.
    package let receive: @Sendable (LogEvent) -> Void

    /// Makes a sink of a closure.
    package init(_ receive: @escaping @Sendable (LogEvent) -> Void) {
        self.receive = receive
    }

    /// A sink that renders each event as one line and gives it to a descriptor in one write.
    package static func lines(
        _ rendering: LogRendering, to writer: LineWriter, now: @escaping @Sendable () -> Timestamp = Timestamp.now
    ) -> LogSink {
        LogSink { event in writer.write(rendering.line(of: event, at: now())) }
    }
}
