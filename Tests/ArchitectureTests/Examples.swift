/// What each rule refuses and what it lets pass.
enum Examples {
    typealias Example = `A rule of the house`.Example

    static let all: [Example] = arrows + access + unsafe + traps + concurrency + names

    private static let arrows: [Example] = [
        Example(.importArrows, "import Glibc\npackage import JSONCoding\nimport struct HTTPMessages.Field", finds: 0),
        Example(.importArrows, "import Foundation", finds: 1),
        Example(.importArrows, "import FoundationEssentials", finds: 1),
        Example(.importArrows, "@preconcurrency import struct Reactor.Loop", finds: 1),
        Example(.importArrows, "import NIOCore", finds: 1),
        Example(
            .importArrows, "// import Foundation\nlet a = \"import Foundation\"; func f() { x.import(y) }", finds: 0),
        Example(.importArrows, "import GatewayModel", finds: 1, in: "Sources/Platform/Reactor/Loop.swift"),
        Example(.importArrows, "import CSQLite", finds: 1, in: "Sources/Platform/Reactor/Loop.swift"),
        Example(.importArrows, "import CSQLite", finds: 0, in: "Sources/Platform/SQLiteDriver/Statement.swift"),
        Example(.importArrows, "import CYAML", finds: 1, in: "Sources/Services/Connectors/Kanban.swift"),
        Example(.importArrows, "import SQLDatabase", finds: 1, in: "Sources/Services/Gateway/Call.swift"),
        Example(.importArrows, "import SQLDatabase", finds: 0, in: "Sources/Services/Connectors/Kanban.swift"),
        Example(.importArrows, "import Gateway", finds: 1, in: "Sources/Values/Telemetry/Line.swift"),
    ]

    private static let access: [Example] = [
        Example(.noPublic, "public struct A {}", finds: 1),
        Example(.noPublic, "open class A {}", finds: 1),
        Example(.noPublic, "package struct A { let descriptor = open(path, O_RDONLY) }", finds: 0),
        Example(.documentedPackage, "package struct A {}", finds: 1),
        Example(.documentedPackage, "/// Says it.\npackage struct A {}", finds: 0),
        Example(.documentedPackage, "/// Says it.\n@frozen\n@available(*, noasync)\npackage struct A {}", finds: 0),
        Example(.documentedPackage, "// Not a doc comment.\npackage final class A {}", finds: 1),
        Example(.documentedPackage, "/// Far away.\n\npackage func a() {}", finds: 1),
        Example(.documentedPackage, "/// A.\npackage struct A {\n    package private(set) var b = 1\n}", finds: 1),
        Example(
            .documentedPackage, "package init(stringLiteral text: String) {}; package var description: String { a }",
            finds: 0),
        Example(.documentedPackage, "package static func == (a: A, b: A) -> Bool { a.b == b.b }", finds: 0),
        Example(.documentedPackage, "package init(text: String) {}", finds: 1),
        Example(.documentedPackage, "package import JSONCoding\npackage extension A {}\nf(.package)", finds: 0),
        Example(.documentedPackage, "package nonisolated(unsafe) static let a = 1", finds: 1),
    ]

    private static let unsafe: [Example] = [
        Example(.unsafeRooms, "func f(_ p: UnsafeRawBufferPointer) {}", finds: 1),
        Example(.unsafeRooms, "a.withUnsafeBytes { $0.count }", finds: 1),
        Example(.unsafeRooms, "final class A: @unchecked Sendable {}", finds: 1),
        Example(.unsafeRooms, "nonisolated(unsafe) let a = 1", finds: 1),
        Example(.unsafeRooms, "Unmanaged.passRetained(x); unsafeBitCast(a, to: B.self)", finds: 2),
        Example(
            .unsafeRooms, "a.withUnsafeBytes { $0.count }", finds: 0, in: "Sources/Platform/Reactor/Unsafe/Bytes.swift"),
        Example(.unsafeRooms, "let span = array.span // UnsafePointer", finds: 0),
        Example(.provenUnchecked, "final class A: @unchecked Sendable {}", finds: 1),
        Example(
            .provenUnchecked, "// Only its loop's thread touches it.\nfinal class A: @unchecked Sendable {}", finds: 0),
        Example(.provenUnchecked, "nonisolated(unsafe) var a = 1", finds: 1),
    ]

    private static let traps: [Example] = [
        Example(.noTraps, "let a = try! f(); let b = c as! D; fatalError(\"no\")", finds: 3),
        Example(.noTraps, "let a = b!; f()!.g; h[0]!; let i: Int! = nil", finds: 4),
        Example(.noTraps, "let a = \"\\(b!)\"", finds: 1),
        Example(.noTraps, "if !a, b != c, (!d) { return !e } // try! fatalError", finds: 0),
        Example(.noTraps, "precondition(a, \"why it cannot be\"); let b = a!=c", finds: 0),
    ]

    private static let concurrency: [Example] = [
        Example(
            .noLooseTasks, "Task { await f() }; Task.detached { }; Task(priority: .low) { }; Task.immediate { }",
            finds: 4),
        Example(
            .noLooseTasks,
            "group.addTask { }; Task.isCancelled; try Task.checkCancellation(); let t: Task<Void, Never>", finds: 0),
        Example(.noLooseTasks, "Task { }", finds: 0, in: "Sources/App/PatchbayApp/Life.swift"),
        Example(.noLooseTasks, "Task { }", finds: 0, in: "Sources/Platform/Reactor/Unsafe/Bridge.swift"),
        Example(.noLooseTasks, "Task { }", finds: 1, in: "Sources/Platform/Reactor/Loop.swift"),
        Example(.noSharedState, "static let shared = A()", finds: 1),
        Example(.noSharedState, "static var count = 0\nstatic var names: [String] = []", finds: 2),
        Example(.noSharedState, "static var count: Int { 3 }\nstatic let limit = 3", finds: 0),
    ]

    private static let names: [Example] = [
        Example(.fileNames, "", finds: 1, in: "Sources/Domain/MCPWire/StringExtensions.swift"),
        Example(.fileNames, "", finds: 1, in: "Sources/Domain/MCPWire/Helpers/Message.swift"),
        Example(.fileNames, "", finds: 0, in: "Sources/Domain/MCPWire/Message+Rendering.swift"),
        Example(.issuesBehindTodos, "// TODO: later\nlet a = 1 // FIXME", finds: 2),
        Example(.issuesBehindTodos, "// TODO(#12): later\nlet a = \"TODO\"", finds: 0),
    ]
}
