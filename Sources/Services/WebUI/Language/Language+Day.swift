import HTTPMessages
import Telemetry

extension Language {
    /// A day in UTC as its readers write it; the time is since 1970.
    package func day(_ time: Duration) -> String {
        var bytes: [UInt8] = []
        Timestamp(seconds: time.components.seconds).append(to: &bytes)
        let day = String(decoding: bytes.prefix(10), as: UTF8.self)
        switch self {
        case .english: return day
        case .german: return day.split(separator: "-").reversed().joined(separator: ".")
        }
    }
}
