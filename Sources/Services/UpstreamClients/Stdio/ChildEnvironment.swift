import GatewayModel
import Telemetry

/// What a program sees of an environment: a few variables of ours that hold no secret, and what the operator wrote for it.
enum ChildEnvironment {
    /// What programs need to find other programs, their home, their language and the time. The list is closed: what else
    /// stands in the gateway's environment may be a secret.
    static let inherited = [
        "PATH", "HOME", "USER", "LOGNAME", "SHELL", "TERM", "LANG", "LANGUAGE", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR",
        "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "SSL_CERT_FILE", "SSL_CERT_DIR",
    ]

    /// The environment of a program of this definition; `surroundings` is the gateway's own.
    static func variables(_ definition: StdioUpstreamDefinition, surroundings: [String: String]) -> [String: String] {
        var variables: [String: String] = [:]
        for name in inherited { variables[name] = surroundings[name] }
        for variable in definition.environment { variables[variable.name] = variable.value.exposed }
        return variables
    }
}
