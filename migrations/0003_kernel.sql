-- The record kernel: units, accounts, roles, versions of records, the evidence log.
--
-- Every table that holds records (core ones here, others made from types/*.yaml) has the system
-- columns of docs/record-types.md: id version state owner_unit owner_city owner_province secrecy
-- published created_ms created_by changed_ms changed_by ended_ms import_id.
--   owner_city      first 4 digits of the owner's GB/T 2260 code; NULL: the owner is not in a city
--   owner_province  first 2 digits
--   secrecy         0 open, 1 internal, 2 secret
--   *_ms            since 1970-01-01T00:00:00Z; *_by: account id, 0: the program itself

-- Offices and parties: one tree (省局 on top), one set of ids for "own unit" everywhere.
CREATE TABLE unit (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    version INTEGER NOT NULL,
    state TEXT NOT NULL,          -- active, ended
    owner_unit INTEGER NOT NULL,  -- its own id
    owner_city TEXT,
    owner_province TEXT NOT NULL,
    secrecy INTEGER NOT NULL,
    published INTEGER NOT NULL,
    created_ms INTEGER NOT NULL,
    created_by INTEGER NOT NULL,
    changed_ms INTEGER NOT NULL,
    changed_by INTEGER NOT NULL,
    ended_ms INTEGER,
    import_id INTEGER,
    kind TEXT NOT NULL,           -- province_office city_office province_ip_centre finance_office audit_office party service_org bank expert_pool
    name TEXT NOT NULL,
    credit_code TEXT,             -- GB 32100, upper case; NULL for a unit without one
    region TEXT NOT NULL,         -- GB/T 2260, six digits
    parent INTEGER REFERENCES unit (id),
    provincial INTEGER,           -- 省级以上单位: 0, 1; NULL unknown
    address TEXT,
    phone TEXT
) STRICT;
CREATE UNIQUE INDEX unit_credit_code ON unit (credit_code);
CREATE INDEX unit_parent ON unit (parent);
CREATE INDEX unit_kind ON unit (kind, owner_province, owner_city);

-- People. Personal accounts only.
CREATE TABLE account (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    version INTEGER NOT NULL,
    state TEXT NOT NULL,          -- invited, active, disabled
    owner_unit INTEGER NOT NULL REFERENCES unit (id),
    owner_city TEXT,
    owner_province TEXT NOT NULL,
    secrecy INTEGER NOT NULL,
    published INTEGER NOT NULL,
    created_ms INTEGER NOT NULL,
    created_by INTEGER NOT NULL,
    changed_ms INTEGER NOT NULL,
    changed_by INTEGER NOT NULL,
    ended_ms INTEGER,
    import_id INTEGER,
    name TEXT NOT NULL,           -- for signing in, folded to lower case
    display_name TEXT NOT NULL,
    email TEXT,
    phone TEXT
) STRICT;
CREATE UNIQUE INDEX account_name ON account (name);
CREATE INDEX account_unit ON account (owner_unit);

-- Roles held, by grant or by delegation, with an end. No person holds two of the three
-- administrators' roles: checked by the one function that inserts (access/grant.h).
CREATE TABLE role_grant (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    version INTEGER NOT NULL,
    state TEXT NOT NULL,          -- active, ended
    owner_unit INTEGER NOT NULL REFERENCES unit (id),
    owner_city TEXT,
    owner_province TEXT NOT NULL,
    secrecy INTEGER NOT NULL,
    published INTEGER NOT NULL,
    created_ms INTEGER NOT NULL,
    created_by INTEGER NOT NULL,
    changed_ms INTEGER NOT NULL,
    changed_by INTEGER NOT NULL,
    ended_ms INTEGER,
    import_id INTEGER,
    account INTEGER NOT NULL REFERENCES account (id),
    role TEXT NOT NULL,
    from_date TEXT NOT NULL,
    to_date TEXT,                 -- last day; NULL: open
    delegated_by INTEGER REFERENCES account (id) -- whose right it is; NULL: the account's own
) STRICT;
CREATE INDEX role_grant_account ON role_grant (account);

-- Which office plays which part in a programme, where and when.
CREATE TABLE authority (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    version INTEGER NOT NULL,
    state TEXT NOT NULL,
    owner_unit INTEGER NOT NULL REFERENCES unit (id), -- the office
    owner_city TEXT,
    owner_province TEXT NOT NULL,
    secrecy INTEGER NOT NULL,
    published INTEGER NOT NULL,
    created_ms INTEGER NOT NULL,
    created_by INTEGER NOT NULL,
    changed_ms INTEGER NOT NULL,
    changed_by INTEGER NOT NULL,
    ended_ms INTEGER,
    import_id INTEGER,
    programme TEXT NOT NULL,      -- pack id
    function TEXT NOT NULL,       -- accept recommend recognise manage
    region TEXT NOT NULL,         -- the region it covers, six digits
    from_date TEXT NOT NULL,
    to_date TEXT
) STRICT;
CREATE INDEX authority_programme ON authority (programme, function, region);

-- One record handed to one person or unit (expert review, task).
CREATE TABLE assignment (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    type TEXT NOT NULL,
    record_id INTEGER NOT NULL,
    account INTEGER,              -- either this
    unit INTEGER,                 -- or this
    from_ms INTEGER NOT NULL,
    to_ms INTEGER                 -- NULL: open
) STRICT;
CREATE INDEX assignment_record ON assignment (type, record_id);
CREATE INDEX assignment_account ON assignment (account);
CREATE INDEX assignment_unit ON assignment (unit);

-- Every version of every record, as canonical JSON, with what opens its commitments. With row ids:
-- a version is larger than a quarter of a page, of which an index keeps no more in its leaf (writing
-- took 1.4 times the processor time).
CREATE TABLE record_version (
    type TEXT NOT NULL,
    record_id INTEGER NOT NULL,
    version INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    account INTEGER NOT NULL,     -- who
    role TEXT,
    action TEXT NOT NULL,         -- create change end sign …
    reason TEXT,                  -- why, where it was asked (also committed to, as field "_reason")
    content TEXT NOT NULL,        -- {"field": value, …}
    seal TEXT NOT NULL,           -- {"field": {"k": …} | {"c": …}, …}
    entry TEXT NOT NULL,          -- log_entry.uid
    PRIMARY KEY (type, record_id, version)
) STRICT;

-- The evidence log (docs/evidence-log.md).
CREATE TABLE log_entry (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    uid TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    body TEXT NOT NULL,
    leaf INTEGER                  -- from 0; NULL: not sequenced yet
) STRICT;
CREATE UNIQUE INDEX log_entry_uid ON log_entry (uid);
CREATE UNIQUE INDEX log_entry_leaf ON log_entry (leaf);
CREATE INDEX log_entry_unsequenced ON log_entry (id) WHERE leaf IS NULL;

-- Hashes of full subtrees, C2SP tlog-tiles: level 0 holds leaf hashes; up to 256 a tile.
CREATE TABLE log_tile (
    level INTEGER NOT NULL,
    number INTEGER NOT NULL,
    hashes BLOB NOT NULL,
    PRIMARY KEY (level, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE log_head (
    size INTEGER PRIMARY KEY,
    at_ms INTEGER NOT NULL,
    note TEXT NOT NULL            -- signed checkpoint without cosignatures
) STRICT;

CREATE TABLE log_cosignature (
    size INTEGER NOT NULL REFERENCES log_head (size),
    name TEXT NOT NULL,           -- witness
    line TEXT NOT NULL,           -- the signature line, without LF
    PRIMARY KEY (size, name)
) STRICT, WITHOUT ROWID;
