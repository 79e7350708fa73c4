import Glibc

/// How many sockets of this machine are open with this port at either end, by the kernel's own table: a socket whose
/// descriptors are all closed has no inode there, whatever TCP still does with it.
func openSockets(port: UInt16, listening: Bool = true) -> Int {
    let hexadecimal = String(port, radix: 16, uppercase: true)
    let ending = ":" + String(repeating: "0", count: 4 - hexadecimal.count) + hexadecimal
    var count = 0
    for line in textLines(ofFile: "/proc/self/net/tcp").dropFirst() {
        let columns = line.split(separator: " ")
        guard columns.count > 9, columns[9] != "0" else { continue }
        if !listening && columns[3] == "0A" { continue }
        if columns[1].hasSuffix(ending) || columns[2].hasSuffix(ending) { count += 1 }
    }
    return count
}

private func textLines(ofFile path: String) -> [Substring] {
    guard let file = fopen(path, "r") else { return [] }
    defer { fclose(file) }
    var text: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while case let count = fread(&chunk, 1, chunk.count, file), count > 0 { text += chunk[..<count] }
    return String(decoding: text, as: UTF8.self).split(separator: "\n")
}

/// How many bytes a socket has sent that the other end's kernel has not yet taken.
func unacknowledged(_ descriptor: Int32) -> Int32 {
    var count: Int32 = 0
    // SIOCOUTQ, which is TIOCOUTQ by another name.
    _ = ioctl(descriptor, UInt(TIOCOUTQ), &count)
    return count
}
