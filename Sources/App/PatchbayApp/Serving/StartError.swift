/// Why the gateway did not start; `reason` is the whole line for the operator.
struct StartError: Error {
    let reason: String
}
