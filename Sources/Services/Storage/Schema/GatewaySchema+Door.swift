import SQLDatabase

extension GatewaySchema {
    /// Who may come in, and on whose behalf: people, clients, what people gave clients, and what they gave us at upstreams.
    ///
    /// Times are milliseconds since 1970. What opens something stands here as a SHA-256 digest, or sealed under a key that is not
    /// in the database.
    static let door = SQLMigration("the door", people + clients + grants + connections)

    private static let people: [SQL] = [
        """
        CREATE TABLE users (
            id TEXT NOT NULL PRIMARY KEY,
            name TEXT NOT NULL,
            folded_name TEXT NOT NULL UNIQUE,
            password_hash TEXT,
            provider TEXT,
            subject TEXT,
            email TEXT,
            role TEXT NOT NULL,
            user_groups TEXT NOT NULL,
            is_disabled \(.integer) NOT NULL CHECK (is_disabled IN (0, 1)),
            created_at \(.integer) NOT NULL,
            changed_at \(.integer) NOT NULL,
            UNIQUE (provider, subject),
            CHECK ((provider IS NULL) = (subject IS NULL))
        ) \(.table)
        """,
        "CREATE INDEX users_by_role ON users (role, is_disabled)",
        """
        CREATE TABLE browser_sessions (
            digest \(.bytes) NOT NULL PRIMARY KEY,
            user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
            began_at \(.integer) NOT NULL,
            ends_at \(.integer) NOT NULL
        ) \(.keyedTable)
        """,
        "CREATE INDEX browser_sessions_by_user ON browser_sessions (user_id, ends_at)",
        "CREATE INDEX browser_sessions_by_end ON browser_sessions (ends_at)",
        """
        CREATE TABLE links (
            digest \(.bytes) NOT NULL PRIMARY KEY,
            kind TEXT NOT NULL,
            user_id TEXT REFERENCES users (id) ON DELETE CASCADE,
            contents TEXT NOT NULL,
            ends_at \(.integer) NOT NULL
        ) \(.keyedTable)
        """,
        "CREATE INDEX links_by_kind ON links (kind, ends_at)",
        "CREATE INDEX links_by_user ON links (user_id)",
        "CREATE INDEX links_by_end ON links (ends_at)",
        """
        CREATE TABLE api_keys (
            id TEXT NOT NULL PRIMARY KEY,
            digest \(.bytes) NOT NULL UNIQUE,
            user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
            name TEXT NOT NULL,
            server TEXT NOT NULL,
            scopes TEXT NOT NULL,
            created_at \(.integer) NOT NULL,
            ends_at \(.integer),
            used_at \(.integer)
        ) \(.table)
        """,
        "CREATE INDEX api_keys_by_user ON api_keys (user_id, created_at)",
        "CREATE INDEX api_keys_by_end ON api_keys (ends_at) WHERE ends_at IS NOT NULL",
    ]

    private static let clients: [SQL] = [
        """
        CREATE TABLE oauth_clients (
            id TEXT NOT NULL PRIMARY KEY,
            kind TEXT NOT NULL CHECK (kind IN ('document', 'registered', 'operator')),
            metadata TEXT NOT NULL,
            secret_digest \(.bytes),
            registration_digest \(.bytes),
            got_token \(.integer) NOT NULL CHECK (got_token IN (0, 1)),
            created_at \(.integer) NOT NULL,
            used_at \(.integer) NOT NULL,
            fetched_at \(.integer),
            fresh_until \(.integer)
        ) \(.table)
        """,
        "CREATE INDEX oauth_clients_by_use ON oauth_clients (kind, got_token, used_at)",
        "CREATE INDEX oauth_clients_by_time ON oauth_clients (kind, created_at, id)",
        """
        CREATE UNIQUE INDEX oauth_clients_by_registration ON oauth_clients (registration_digest)
        WHERE registration_digest IS NOT NULL
        """,
        """
        CREATE TABLE assertions (
            digest \(.bytes) NOT NULL PRIMARY KEY,
            ends_at \(.integer) NOT NULL
        ) \(.keyedTable)
        """,
        "CREATE INDEX assertions_by_end ON assertions (ends_at)",
        """
        CREATE TABLE signing_keys (
            id TEXT NOT NULL PRIMARY KEY,
            sealed \(.bytes) NOT NULL,
            made_at \(.integer) NOT NULL,
            signs_from \(.integer) NOT NULL
        ) \(.table)
        """,
    ]

    private static let grants: [SQL] = [
        """
        CREATE TABLE authorization_requests (
            digest \(.bytes) NOT NULL PRIMARY KEY,
            contents TEXT NOT NULL,
            session \(.bytes),
            answered_at \(.integer),
            ends_at \(.integer) NOT NULL
        ) \(.keyedTable)
        """,
        "CREATE INDEX authorization_requests_by_end ON authorization_requests (ends_at)",
        """
        CREATE TABLE approvals (
            user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
            client TEXT NOT NULL,
            redirect_uri TEXT NOT NULL,
            server TEXT NOT NULL,
            scopes TEXT NOT NULL,
            redirects_digest \(.bytes) NOT NULL,
            approved_at \(.integer) NOT NULL,
            PRIMARY KEY (user_id, client, redirect_uri, server)
        ) \(.keyedTable)
        """,
        "CREATE INDEX approvals_by_client ON approvals (client)",
        "CREATE INDEX approvals_by_time ON approvals (approved_at)",
        """
        CREATE TABLE grants (
            id TEXT NOT NULL PRIMARY KEY,
            user_id TEXT NOT NULL,
            client TEXT NOT NULL,
            server TEXT NOT NULL,
            scopes TEXT NOT NULL,
            gives_refresh \(.integer) NOT NULL CHECK (gives_refresh IN (0, 1)),
            generation \(.integer) NOT NULL,
            generation_began \(.integer) NOT NULL,
            created_at \(.integer) NOT NULL,
            used_at \(.integer),
            ended_at \(.integer),
            kept_until \(.integer) NOT NULL
        ) \(.table)
        """,
        "CREATE INDEX grants_by_user ON grants (user_id, client, server, created_at)",
        "CREATE INDEX grants_by_client ON grants (client)",
        "CREATE INDEX grants_by_end ON grants (kept_until)",
        """
        CREATE TABLE codes (
            digest \(.bytes) NOT NULL PRIMARY KEY,
            grant_id TEXT NOT NULL REFERENCES grants (id) ON DELETE CASCADE,
            client TEXT NOT NULL,
            redirect_uri TEXT NOT NULL,
            challenge TEXT NOT NULL,
            server TEXT NOT NULL,
            expires_at \(.integer) NOT NULL,
            used_at \(.integer)
        ) \(.keyedTable)
        """,
        "CREATE INDEX codes_by_grant ON codes (grant_id)",
        "CREATE INDEX codes_by_end ON codes (expires_at)",
        """
        CREATE TABLE refresh_tokens (
            digest \(.bytes) NOT NULL PRIMARY KEY,
            grant_id TEXT NOT NULL REFERENCES grants (id) ON DELETE CASCADE,
            generation \(.integer) NOT NULL,
            issued_at \(.integer) NOT NULL,
            expires_at \(.integer) NOT NULL
        ) \(.keyedTable)
        """,
        "CREATE INDEX refresh_tokens_by_grant ON refresh_tokens (grant_id, generation, issued_at)",
        "CREATE INDEX refresh_tokens_by_end ON refresh_tokens (expires_at)",
        """
        CREATE TABLE endings (
            kind TEXT NOT NULL,
            id TEXT NOT NULL,
            ended_at \(.integer) NOT NULL,
            PRIMARY KEY (kind, id)
        ) \(.keyedTable)
        """,
        "CREATE INDEX endings_by_time ON endings (ended_at)",
    ]

    private static let connections: [SQL] = [
        """
        CREATE TABLE connections (
            upstream TEXT NOT NULL,
            owner TEXT NOT NULL,
            sealed \(.bytes) NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('connected', 'reconnect')),
            account TEXT,
            problem TEXT,
            connected_at \(.integer) NOT NULL,
            version \(.integer) NOT NULL,
            PRIMARY KEY (upstream, owner)
        ) \(.table)
        """,
        "CREATE INDEX connections_by_owner ON connections (owner)",
        "CREATE INDEX connections_by_state ON connections (upstream, state, connected_at)",
        """
        CREATE TABLE upstream_registrations (
            issuer TEXT NOT NULL,
            redirect_uri TEXT NOT NULL,
            sealed \(.bytes) NOT NULL,
            created_at \(.integer) NOT NULL,
            PRIMARY KEY (issuer, redirect_uri)
        ) \(.table)
        """,
        """
        CREATE TABLE connect_states (
            digest \(.bytes) NOT NULL PRIMARY KEY,
            user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
            sealed \(.bytes) NOT NULL,
            ends_at \(.integer) NOT NULL
        ) \(.keyedTable)
        """,
        "CREATE INDEX connect_states_by_user ON connect_states (user_id, ends_at)",
        "CREATE INDEX connect_states_by_end ON connect_states (ends_at)",
    ]
}
