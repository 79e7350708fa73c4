import Gateway

/// Seals so that every change is seen, as long as nobody in the test knows the key; not for more than tests.
struct TestSealing: StateSealing {
    let key: UInt64

    init(key: UInt64 = 0x5EA1) { self.key = key }

    func seal(_ bytes: [UInt8], for purpose: SealPurpose) -> String? {
        hexadecimal(tag(bytes, purpose) + bytes)
    }

    func open(_ text: Span<UInt8>, for purpose: SealPurpose) -> [UInt8]? {
        guard text.count % 2 == 0, text.count >= 16 else { return nil }
        var all: [UInt8] = []
        for place in stride(from: 0, to: text.count, by: 2) {
            guard let high = digit(text[place]), let low = digit(text[place + 1]) else { return nil }
            all.append(high << 4 | low)
        }
        let bytes = Array(all.dropFirst(8))
        return Array(all.prefix(8)) == tag(bytes, purpose) ? bytes : nil
    }

    func digest(_ bytes: [UInt8]) -> [UInt8] { (0..<4).flatMap { hash(bytes, $0) } }

    func random(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8.random(in: .min ... .max) } }

    private func tag(_ bytes: [UInt8], _ purpose: SealPurpose) -> [UInt8] {
        hash(Array(purpose.rawValue.utf8) + [0] + bytes, key)
    }

    private func hash(_ bytes: [UInt8], _ seed: UInt64) -> [UInt8] {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325 ^ (seed &* 0x9E37_79B9_7F4A_7C15)
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        return (0..<8).map { UInt8(truncatingIfNeeded: hash >> ($0 * 8)) }
    }

    private func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}

private func hexadecimal(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
}

/// Keeps inventories as a store would, over the life of several gateways.
final class TestInventories: InventoryKeeping {
    private let kept = Box<[String: [UInt8]]>([:])

    var count: Int { kept.value.count }

    func inventory(of upstream: String, configuration digest: String) -> [UInt8]? { kept.value[upstream + digest] }

    func keep(_ inventory: [UInt8], of upstream: String, configuration digest: String) {
        kept.change { $0[upstream + digest] = inventory }
    }
}

/// Keeps what is stored of sessions.
final class TestSessions: SessionKeeping {
    private let kept = Box<[[UInt8]: KeptSession]>([:])

    func session(_ digest: [UInt8]) -> KeptSession? { kept.value[digest] }

    func keep(_ session: KeptSession, _ digest: [UInt8]) async { kept.change { $0[digest] = session } }
}
