-- What leaves the program by itself (src/notify/README).

-- Hosts that may be called, by exact name and port; nothing else is.
CREATE TABLE outward_host (
    host TEXT NOT NULL,           -- lower case; IPv6 without brackets
    port INTEGER NOT NULL,
    inside INTEGER NOT NULL,      -- 0, 1: may be in loopback or a private network
    created_ms INTEGER NOT NULL,
    created_by INTEGER NOT NULL,
    PRIMARY KEY (host, port)
) STRICT, WITHOUT ROWID;

-- Messages to people, shown in the app. The sentence is made from kind and arguments when shown.
CREATE TABLE notification (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account INTEGER NOT NULL REFERENCES account (id),
    kind TEXT NOT NULL,
    arguments TEXT NOT NULL,      -- JSON object of texts
    link TEXT,                    -- path in the app
    created_ms INTEGER NOT NULL,
    read_ms INTEGER
) STRICT;
CREATE INDEX notification_account ON notification (account, id);
CREATE INDEX notification_unread ON notification (account) WHERE read_ms IS NULL;
CREATE INDEX notification_created ON notification (created_ms);

-- How a person wants to hear of a kind beside the app; without a row the kind's own custom.
CREATE TABLE notification_choice (
    account INTEGER NOT NULL REFERENCES account (id),
    kind TEXT NOT NULL,
    channel TEXT NOT NULL,        -- mail, or the name of a gateway
    timing TEXT NOT NULL,         -- now daily off
    PRIMARY KEY (account, kind, channel)
) STRICT, WITHOUT ROWID;

-- Ways out of the app: mail, and gateways (short messages, WeCom, DingTalk …).
CREATE TABLE channel (
    name TEXT PRIMARY KEY,        -- mail, or a gateway's own
    url TEXT NOT NULL,
    sender TEXT,                  -- mail: From
    login TEXT,                   -- mail: user name
    secret TEXT,                  -- sealed: mail's password, a gateway's Authorization header
    body TEXT,                    -- gateway: JSON with {title} {text} {link} {name} {phone} {id}
    plain INTEGER NOT NULL,       -- mail: 0, 1: without TLS
    changed_ms INTEGER NOT NULL,
    changed_by INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Subscriptions to what happens, called by signed messages (standardwebhooks.com).
CREATE TABLE webhook (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    version INTEGER NOT NULL,
    state TEXT NOT NULL,          -- active, disabled (by the program), ended
    owner INTEGER NOT NULL REFERENCES account (id), -- it hears what this account may read
    url TEXT NOT NULL,
    secret TEXT NOT NULL,         -- sealed
    events TEXT NOT NULL,         -- JSON array of "type.action", "type.*", "*"
    next_leaf INTEGER NOT NULL,   -- of the evidence log: what comes is told
    failures INTEGER NOT NULL,    -- calls in a row that failed
    error TEXT,                   -- of the last
    created_ms INTEGER NOT NULL,
    changed_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX webhook_owner ON webhook (owner);
CREATE INDEX webhook_active ON webhook (next_leaf) WHERE state = 'active';

-- What is to be sent, written in the step of what it tells of; delivered at least once.
CREATE TABLE outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    uid TEXT NOT NULL,            -- the same at each attempt: the receiver knows a repetition by it
    channel TEXT NOT NULL,        -- webhook, mail, or the name of a gateway
    state TEXT NOT NULL,          -- waiting sent failed dropped
    account INTEGER NOT NULL,     -- for whom
    notification INTEGER REFERENCES notification (id), -- mail, gateway
    webhook INTEGER REFERENCES webhook (id),
    type TEXT,                    -- webhook: the record that is told of
    record_id INTEGER,
    body TEXT,                    -- webhook: JSON
    daily INTEGER NOT NULL,       -- 0, 1: together with the others of the day
    attempts INTEGER NOT NULL,
    due_ms INTEGER,               -- NULL: over
    error TEXT,
    created_ms INTEGER NOT NULL,
    ended_ms INTEGER
) STRICT;
CREATE UNIQUE INDEX outbox_uid ON outbox (uid);
CREATE INDEX outbox_due ON outbox (due_ms) WHERE due_ms IS NOT NULL;
CREATE INDEX outbox_webhook ON outbox (webhook, id);
CREATE INDEX outbox_ended ON outbox (ended_ms) WHERE ended_ms IS NOT NULL;
