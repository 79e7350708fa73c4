import Glibc

/// The system's words for an errno value.
package func errorText(_ number: Int32) -> String {
    // strerror's buffer belongs to the thread in glibc, and the text is copied before the next call.
    guard let text = strerror(number) else { return "error \(number)" }
    return String(cString: text)
}
