/// What the command line says against the file.
package struct ConfigurationOverrides: Sendable, Hashable {
    /// The text after `--listen`.
    package let listen: String?

    /// Logs in JSON whatever the file says.
    package let isLogJSON: Bool

    /// Nothing, unless said.
    package init(listen: String? = nil, isLogJSON: Bool = false) {
        self.listen = listen
        self.isLogJSON = isLogJSON
    }
}
