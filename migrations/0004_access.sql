-- Signing in: what proves a person, sessions, tokens, links, what slows guessing, and what two
-- persons decide. Of every secret that a person carries only a digest is here (hex; SHA-256 or SM3, as the log).

-- One row per account that can prove itself.
CREATE TABLE credential (
    account INTEGER PRIMARY KEY REFERENCES account (id),
    password TEXT,                -- encoded hash (crypto/password.h); NULL: none is set
    password_ms INTEGER,          -- when it was set; the profile says how long it lasts
    password_temporary INTEGER NOT NULL, -- 0, 1: somebody else chose it; to be changed at the next sign-in
    totp TEXT,                    -- sealed secret; NULL: no second factor
    totp_confirmed INTEGER NOT NULL, -- 0, 1: a first code has been given
    totp_step INTEGER             -- latest time step that was used: it and earlier ones are refused
) STRICT;

-- Former passwords, for the profile that forbids their return.
CREATE TABLE password_past (
    account INTEGER NOT NULL REFERENCES account (id),
    set_ms INTEGER NOT NULL,
    password TEXT NOT NULL,
    PRIMARY KEY (account, set_ms)
) STRICT, WITHOUT ROWID;

-- Recovery codes of the second factor, each for one use.
CREATE TABLE recovery_code (
    account INTEGER NOT NULL REFERENCES account (id),
    digest TEXT NOT NULL,
    used_ms INTEGER,
    PRIMARY KEY (account, digest)
) STRICT, WITHOUT ROWID;

-- Sessions that live; one that ends is deleted (the log keeps that it was).
CREATE TABLE session (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    digest TEXT NOT NULL,         -- of the cookie's token
    account INTEGER NOT NULL REFERENCES account (id),
    started_ms INTEGER NOT NULL,  -- absolute life counts from here
    seen_ms INTEGER NOT NULL,     -- idle life counts from here; written at most once a minute
    proved_ms INTEGER NOT NULL,   -- last time that a password, code or certificate was given
    means TEXT NOT NULL,          -- password, password+code, link, oidc, cas, certificate
    device INTEGER,               -- known_device.id
    address TEXT
) STRICT;
CREATE UNIQUE INDEX session_digest ON session (digest);
CREATE INDEX session_account ON session (account);

-- Devices from which an account has signed in: guessing elsewhere does not slow them.
CREATE TABLE known_device (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account INTEGER NOT NULL REFERENCES account (id),
    digest TEXT NOT NULL,         -- of the device's own cookie
    label TEXT,                   -- what the browser said of itself, cut
    first_ms INTEGER NOT NULL,
    last_ms INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX known_device_digest ON known_device (account, digest);

-- Tokens for programs. They never do what needs a person (sign in, decide as second person).
CREATE TABLE api_token (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    digest TEXT NOT NULL,
    account INTEGER NOT NULL REFERENCES account (id),
    label TEXT,
    scopes TEXT NOT NULL,         -- words with a space between
    created_ms INTEGER NOT NULL,
    created_by INTEGER NOT NULL,
    expires_ms INTEGER NOT NULL,
    used_ms INTEGER,              -- written at most once an hour
    ended_ms INTEGER
) STRICT;
CREATE UNIQUE INDEX api_token_digest ON api_token (digest);
CREATE INDEX api_token_account ON api_token (account);

-- Links that sign in once.
CREATE TABLE sign_in_link (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    digest TEXT NOT NULL,
    purpose TEXT NOT NULL,        -- sign_in, set_up (makes the first administrator)
    account INTEGER REFERENCES account (id), -- NULL: set_up
    created_ms INTEGER NOT NULL,
    created_by INTEGER NOT NULL,
    expires_ms INTEGER NOT NULL,
    used_ms INTEGER
) STRICT;
CREATE UNIQUE INDEX sign_in_link_digest ON sign_in_link (digest);

-- Failed attempts to sign in. No name as typed is kept: people type passwords there.
CREATE TABLE sign_in_failure (
    scope TEXT NOT NULL,          -- name, device, address, network
    subject TEXT NOT NULL,        -- digest of the name, id of the device, address, its /24 or /48
    failures INTEGER NOT NULL,
    last_ms INTEGER NOT NULL,
    open_ms INTEGER NOT NULL,     -- nothing is checked before this moment
    PRIMARY KEY (scope, subject)
) STRICT, WITHOUT ROWID;
CREATE INDEX sign_in_failure_last ON sign_in_failure (last_ms);

-- How much somebody has read (or called) in a window of time.
CREATE TABLE usage_count (
    kind TEXT NOT NULL,           -- reads, calls …
    subject TEXT NOT NULL,        -- account:12, unit:3
    bucket INTEGER NOT NULL,      -- number of the window since 1970
    amount INTEGER NOT NULL,
    PRIMARY KEY (kind, subject, bucket)
) STRICT, WITHOUT ROWID;
CREATE INDEX usage_count_bucket ON usage_count (bucket);

-- What one person asked for and another has to confirm.
CREATE TABLE proposal (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    state TEXT NOT NULL,          -- open, confirmed, refused, withdrawn, expired
    action TEXT NOT NULL,
    type TEXT NOT NULL,
    record_id INTEGER NOT NULL,
    arguments TEXT NOT NULL,      -- JSON
    digest TEXT NOT NULL,         -- of what both persons see
    reason TEXT,
    proposed_by INTEGER NOT NULL REFERENCES account (id),
    proposed_for INTEGER,         -- whose right it was, under a delegation
    unit INTEGER NOT NULL,
    role TEXT NOT NULL,
    proposed_ms INTEGER NOT NULL,
    expires_ms INTEGER NOT NULL,
    decided_by INTEGER REFERENCES account (id),
    decided_ms INTEGER,
    decision_reason TEXT
) STRICT;
CREATE INDEX proposal_record ON proposal (type, record_id);
CREATE INDEX proposal_open ON proposal (expires_ms) WHERE state = 'open';

-- Accounts of other sign-in systems, named one by one by an administrator: a mapping gives no right.
CREATE TABLE outside_identity (
    provider TEXT NOT NULL,       -- oidc:<issuer>, cas:<address>, certificate
    outside_subject TEXT NOT NULL, -- what the provider calls the person
    account INTEGER NOT NULL REFERENCES account (id),
    created_ms INTEGER NOT NULL,
    created_by INTEGER NOT NULL,
    PRIMARY KEY (provider, outside_subject)
) STRICT, WITHOUT ROWID;
CREATE INDEX outside_identity_account ON outside_identity (account);

-- Sign-ins under way at another provider: the browser comes back with the state.
CREATE TABLE outside_sign_in (
    state_digest TEXT PRIMARY KEY,
    provider TEXT NOT NULL,
    nonce TEXT,
    verifier TEXT,                -- PKCE
    browser_digest TEXT NOT NULL, -- of a cookie: only the browser that began can end it
    expires_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What an administrator chose for the instance.
CREATE TABLE setting (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL,
    changed_ms INTEGER NOT NULL,
    changed_by INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
