import Glibc

// Why this file is unsafe, and why that is sound: libFuzzer is C. The argument pointers are the process's own and live
// until it ends; an input's pointer is valid for `count` bytes during the call, and is copied before anything else.

@_silgen_name("LLVMFuzzerRunDriver")
private func runFuzzer(
    _ count: UnsafeMutablePointer<CInt>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ test: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

/// The package manager renames `main` of each executable to this; libFuzzer's own `main` is therefore left out.
@_cdecl("patchbay_fuzz_main")
func fuzzMain(_ count: CInt, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> CInt {
    var count = count
    var arguments = arguments
    return runFuzzer(&count, &arguments) { start, count in
        fuzzedParser([UInt8](UnsafeBufferPointer(start: start, count: count)))
        return 0
    }
}

/// Chosen once by the environment, because libFuzzer owns the command line.
private let fuzzedParser: @Sendable ([UInt8]) -> Void = {
    let name = getenv("FUZZ_PARSER").map { String(cString: $0) } ?? ""
    guard let parser = fuzzedParsers[name] else {
        let known = fuzzedParsers.keys.sorted().joined(separator: " | ")
        preconditionFailure("FUZZ_PARSER must be one of \(known)")
    }
    return parser
}()
