-- The hub's database, version 1. Encrypted by page (SQLite3 Multiple Ciphers, key in keys/database.key),
-- so that neither the file nor its WAL tells a thief when a home is empty.
--
-- Times are INTEGER microseconds since 1970 UTC, spans half-open. Ids are opaque text.
-- What belongs to one camera goes with it (ON DELETE CASCADE).

-- One row: facts about this database and hub that are no setting.
CREATE TABLE facts (
    id              INTEGER PRIMARY KEY CHECK (id = 1),
    -- What both clocks read when they last agreed, and in which boot (clock_trust.py).
    clock_wall      INTEGER,
    clock_monotonic INTEGER,
    clock_boot      TEXT,
    -- The latest time ever seen: nothing that expired comes back when the clock is set back (latest.py).
    clock_latest    INTEGER NOT NULL DEFAULT 0,
    -- Public half of the household key that everything here is sealed to (identity.py).
    household       BLOB CHECK (length(household) = 32),
    -- Where its private half is: in keys/household.key, or only in accounts.household.
    unlock          TEXT NOT NULL DEFAULT 'key_file' CHECK (unlock IN ('key_file', 'passphrase')),
    -- While the key is being changed: the one before, its private half sealed to the new one. What is
    -- still sealed to it is found by the key id in each envelope (reseal.py).
    old_household   BLOB CHECK (length(old_household) = 32),
    old_private     BLOB CHECK ((old_private IS NULL) = (old_household IS NULL)),
    -- Public half of the recovery words, the household's private key sealed to it, and since when.
    recovery        BLOB CHECK (length(recovery) = 32),
    recovery_share  BLOB,
    recovery_made   INTEGER,
    -- When the last backup was made whole.
    backup_made     INTEGER
) STRICT;
INSERT INTO facts (id) VALUES (1);

-- Where recordings lie. ``id`` is also in the file volume.id at ``path``: a path without it is a disk
-- that is not mounted. Rows of ``segments`` on another volume are left alone, never "recovered" away.
CREATE TABLE volumes (
    key   INTEGER PRIMARY KEY,
    id    TEXT NOT NULL UNIQUE,
    path  TEXT NOT NULL
) STRICT;

-- The owner's settings as one JSON document of model.settings.Settings.
CREATE TABLE settings (
    id    INTEGER PRIMARY KEY CHECK (id = 1),
    json  TEXT NOT NULL
) STRICT;

-- Cameras as configured (model.camera.Camera). Zones, masks and rules are read and written whole: JSON.
CREATE TABLE cameras (
    id            TEXT PRIMARY KEY,
    name          TEXT NOT NULL UNIQUE COLLATE NOCASE,
    main_url      TEXT NOT NULL,
    sub_url       TEXT,
    place         TEXT NOT NULL CHECK (place IN ('indoor', 'outdoor')),
    user          TEXT NOT NULL,
    password      TEXT NOT NULL,
    enabled       INTEGER NOT NULL CHECK (enabled IN (0, 1)),
    audio         INTEGER NOT NULL CHECK (audio IN (0, 1)),
    detect        INTEGER NOT NULL CHECK (detect IN (0, 1)),
    record_sub    INTEGER NOT NULL CHECK (record_sub IN (0, 1)),
    mode          TEXT NOT NULL CHECK (mode IN ('all', 'motion', 'events', 'off')),
    max_age       INTEGER NOT NULL CHECK (max_age > 0),
    max_bytes     INTEGER CHECK (max_bytes > 0),
    zones         TEXT NOT NULL,
    masks         TEXT NOT NULL,
    rules         TEXT NOT NULL,
    snoozed_until INTEGER,
    position      INTEGER NOT NULL,
    -- Weekly hours in which it is off (model.hours.Hours): JSON.
    off_hours     TEXT NOT NULL
) STRICT;

-- Cameras that somebody at home paused for a while (pauses.py), by the latest time seen.
CREATE TABLE pauses (
    camera  TEXT PRIMARY KEY REFERENCES cameras (id) ON DELETE CASCADE,
    since   INTEGER NOT NULL,
    until   INTEGER NOT NULL CHECK (until >= since)
) STRICT, WITHOUT ROWID;

-- Cameras that are gone, by the MQTT channel whose broker has not yet forgotten them (owed.py).
CREATE TABLE owed (
    channel  TEXT NOT NULL,
    camera   TEXT NOT NULL,
    UNIQUE (channel, camera)
) STRICT;

-- Passwords that a camera was given or is about to be (camera_passwords.py): which of both it has is not
-- known yet.
CREATE TABLE camera_passwords (
    camera    TEXT PRIMARY KEY REFERENCES cameras (id) ON DELETE CASCADE,
    password  TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Runs: stretches of one stream without discontinuity, with one Init (JSON; see codec.py). A run stays
-- while a segment of it stays.
CREATE TABLE runs (
    id     TEXT PRIMARY KEY,
    start  INTEGER NOT NULL,
    reason TEXT NOT NULL,
    init   TEXT NOT NULL
) STRICT;

-- One row per segment file. The row holds the only copy of the file's key: deleting the row (with
-- secure_delete) makes the bytes unreadable for good, before the file is unlinked.
--   state 0  reserved: the key is durable, the file may or may not exist, the rest is NULL
--   state 1  open: a recorder appends to it
--   state 2  closed: nothing changes any more
--   state 3  left open by a crash, and the keys were locked at the start: end, size and key frames are
--            what the file shows from outside, until somebody unlocks and recovery reads it (a reserved
--            row with a file has no run yet, but its place in the order)
-- 345 600 rows for 30 days of 8 cameras; most of a row is the packed key-frame table (about 6 bytes each).
CREATE TABLE segments (
    key         INTEGER PRIMARY KEY,
    id          TEXT NOT NULL UNIQUE,
    camera      TEXT NOT NULL REFERENCES cameras (id) ON DELETE CASCADE,
    stream      TEXT NOT NULL CHECK (stream IN ('main', 'sub')),
    -- Order within a camera's stream: (sequence, media_start). Two pieces cut out of one segment by an
    -- erasure share its sequence. Given when the segment opens, so that neighbours that were never
    -- separated differ by one. Time never orders: clocks go back.
    sequence    INTEGER NOT NULL DEFAULT 0,
    volume      INTEGER NOT NULL REFERENCES volumes (key),
    state       INTEGER NOT NULL CHECK (state IN (0, 1, 2, 3)),
    sealed_key  BLOB NOT NULL,
    run         TEXT REFERENCES runs (id),
    -- Wall time of the first picture; its presentation time from the run's start; wall time of the end.
    start       INTEGER,
    media_start INTEGER,
    end         INTEGER,
    -- Bytes of the file up to the last whole unit.
    size        INTEGER NOT NULL DEFAULT 0,
    -- codec.pack_key_frames: where pictures can be entered.
    key_frames  BLOB NOT NULL DEFAULT x'',
    -- 1 once retention decided that a camera that keeps motion or events only keeps this segment.
    judged      INTEGER NOT NULL DEFAULT 0 CHECK (judged IN (0, 1)),
    CHECK (state IN (0, 3) OR (run IS NOT NULL AND start IS NOT NULL AND media_start IS NOT NULL)),
    CHECK (state <> 2 OR end IS NOT NULL)
) STRICT;
-- Seeking: all columns the question "which segments touch this span" needs, so that no row is read in vain.
CREATE INDEX segments_by_time ON segments (camera, stream, start, end);
-- Retention: sums of bytes per camera without touching rows.
CREATE INDEX segments_by_size ON segments (volume, camera, size);
CREATE INDEX segments_by_run ON segments (run);
CREATE INDEX segments_by_sequence ON segments (camera, stream, sequence);
-- Retention: the oldest first, in the order of recording (an index ends with the row's key).
CREATE INDEX segments_by_age ON segments (camera, state);
-- The few that are not closed.
CREATE INDEX segments_unfinished ON segments (state) WHERE state <> 2;
-- The few that retention has still to judge.
CREATE INDEX segments_unjudged ON segments (camera, end) WHERE judged = 0 AND state = 2;

-- Until when each stream was recorded last, kept when the segment itself expires: where the next
-- segment opens later than this, the hole between is a gap.
CREATE TABLE recorded (
    camera  TEXT NOT NULL REFERENCES cameras (id) ON DELETE CASCADE,
    stream  TEXT NOT NULL CHECK (stream IN ('main', 'sub')),
    until   INTEGER NOT NULL,
    PRIMARY KEY (camera, stream)
) STRICT, WITHOUT ROWID;

-- Files to unlink, by path below the volume. Written in the transaction that destroys the key (or, for
-- a file that an erasure is about to write, before the file exists); deleted after the unlink. So a
-- crash in between leaves work for recovery, and recovery never has to guess which files are rubbish.
CREATE TABLE removals (
    path    TEXT PRIMARY KEY,
    volume  INTEGER NOT NULL REFERENCES volumes (key)
) STRICT;

-- Stretches without footage, each with its reason (gaps.py lists the reasons we write ourselves).
CREATE TABLE gaps (
    key     INTEGER PRIMARY KEY,
    camera  TEXT NOT NULL REFERENCES cameras (id) ON DELETE CASCADE,
    stream  TEXT NOT NULL CHECK (stream IN ('main', 'sub')),
    start   INTEGER NOT NULL,
    end     INTEGER NOT NULL CHECK (end >= start),
    reason  TEXT NOT NULL
) STRICT;
CREATE INDEX gaps_by_time ON gaps (camera, start);

-- When something moved. Neighbours closer than two seconds are one row.
CREATE TABLE motion (
    key     INTEGER PRIMARY KEY,
    camera  TEXT NOT NULL REFERENCES cameras (id) ON DELETE CASCADE,
    start   INTEGER NOT NULL,
    end     INTEGER NOT NULL CHECK (end >= start)
) STRICT;
CREATE INDEX motion_by_time ON motion (camera, start, end);

-- Events (model.event.Event). ``path`` is codec.pack_path; ``picture`` and ``embedding`` are sealed to
-- the household, for the event's id.
CREATE TABLE events (
    key         INTEGER PRIMARY KEY,
    id          TEXT NOT NULL UNIQUE,
    camera      TEXT NOT NULL REFERENCES cameras (id) ON DELETE CASCADE,
    label       TEXT NOT NULL,
    start       INTEGER NOT NULL,
    end         INTEGER,
    score       REAL NOT NULL,
    alert       INTEGER NOT NULL CHECK (alert IN (0, 1)),
    reason      TEXT NOT NULL,
    incident    TEXT NOT NULL,
    zones       TEXT NOT NULL,
    path        BLOB NOT NULL,
    best        BLOB NOT NULL,
    verdict     TEXT CHECK (verdict IN ('right', 'nothing', 'wrong_kind')),
    right_label TEXT,
    picture     BLOB,
    embedding   BLOB
) STRICT;
CREATE INDEX events_by_time ON events (start, key);
CREATE INDEX events_by_camera ON events (camera, start, key);
CREATE INDEX events_unfinished ON events (camera) WHERE end IS NULL;

-- Clips kept for ever: retention leaves every segment that touches one alone.
CREATE TABLE kept (
    id      TEXT PRIMARY KEY,
    camera  TEXT NOT NULL REFERENCES cameras (id) ON DELETE CASCADE,
    start   INTEGER NOT NULL,
    end     INTEGER NOT NULL CHECK (end > start),
    note    TEXT NOT NULL,
    made    INTEGER NOT NULL
) STRICT;
CREATE INDEX kept_by_time ON kept (camera, start, end);

-- Clips handed out by a link (shares.py); their sealed films lie in shares/ below the data folder.
-- Ending a share empties its keys, and the film is unlinked; the row tells its maker for a month how
-- often it was opened.
CREATE TABLE shares (
    id           TEXT PRIMARY KEY,
    account      TEXT REFERENCES accounts (id) ON DELETE CASCADE,  -- NULL: made by this machine
    camera       TEXT NOT NULL REFERENCES cameras (id) ON DELETE CASCADE,
    start        INTEGER NOT NULL,
    end          INTEGER NOT NULL CHECK (end > start),
    stream       TEXT NOT NULL CHECK (stream IN ('main', 'sub')),
    sound        INTEGER NOT NULL CHECK (sound IN (0, 1)),
    duration     INTEGER NOT NULL,
    size         INTEGER NOT NULL,
    codec        TEXT NOT NULL,
    made         INTEGER NOT NULL,
    sealed_key   BLOB,
    -- The link, once there is one: SHA-256 of its token, the envelope of the key that its fragment
    -- opens, and the whole link sealed to the household, for showing it again.
    token_hash   BLOB UNIQUE CHECK (length(token_hash) = 32),
    envelope     BLOB,
    sealed_link  BLOB,
    link_made    INTEGER,
    expires      INTEGER,
    opens_left   INTEGER CHECK (opens_left >= 0),
    guarded      INTEGER CHECK (guarded IN (0, 1)),
    opened       INTEGER NOT NULL DEFAULT 0,
    last_open    INTEGER,
    ended        INTEGER,
    CHECK ((ended IS NULL) = (sealed_key IS NOT NULL))
) STRICT;
CREATE INDEX shares_by_camera ON shares (camera);

-- ---- accounts and sessions (accounts.py) ----------------------------------------------------------

-- Who can sign in. There is no hash of a password: it is right when it opens ``lock``, the private half
-- of the member's key pair; ``household`` is the household's private key sealed to the other half
-- (NULL for those who may not open recordings, and in key-file mode). docs/design/formats.md.
CREATE TABLE accounts (
    id             TEXT PRIMARY KEY,
    name           TEXT NOT NULL UNIQUE COLLATE NOCASE,
    role           TEXT NOT NULL CHECK (role IN ('owner', 'adult', 'member', 'guest')),
    created        INTEGER NOT NULL,
    public         BLOB NOT NULL CHECK (length(public) = 32),
    lock           BLOB NOT NULL,
    household      BLOB
) STRICT;

-- Signed-in browsers. Only SHA-256 of a token is kept: the row lets nobody in.
CREATE TABLE sessions (
    token_hash  BLOB PRIMARY KEY CHECK (length(token_hash) = 32),
    account     TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    created     INTEGER NOT NULL,
    used        INTEGER NOT NULL,
    address     TEXT NOT NULL,
    agent       TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_by_account ON sessions (account);

-- ---- members and what they may (members.py) ---------------------------------------------------------

-- model.rights.Grant: what a member was given with one camera; for an adult, instead of what adults have.
-- Rights and hours are read and written whole: JSON.
CREATE TABLE grants (
    account  TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    camera   TEXT NOT NULL REFERENCES cameras (id) ON DELETE CASCADE,
    rights   TEXT NOT NULL,
    hours    TEXT NOT NULL,
    until    INTEGER,
    PRIMARY KEY (account, camera)
) STRICT, WITHOUT ROWID;
CREATE INDEX grants_by_camera ON grants (camera);

-- What members gave to programs (model.account.ApiToken). Only SHA-256 of the secret is kept.
CREATE TABLE tokens (
    id          TEXT PRIMARY KEY,
    token_hash  BLOB NOT NULL UNIQUE CHECK (length(token_hash) = 32),
    account     TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    name        TEXT NOT NULL,
    scope       TEXT NOT NULL,
    created     INTEGER NOT NULL,
    expires     INTEGER NOT NULL,
    used        INTEGER
) STRICT;
CREATE INDEX tokens_by_account ON tokens (account);

-- TOTP (RFC 6238): asked for once ``confirmed``. ``last_step``: the newest time step a code was used of.
CREATE TABLE second_factors (
    account    TEXT PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
    secret     TEXT NOT NULL,
    confirmed  INTEGER NOT NULL CHECK (confirmed IN (0, 1)),
    last_step  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Codes for when the app is lost, each good once: SHA-256 of 78 random bits.
CREATE TABLE recovery_codes (
    account    TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    code_hash  BLOB NOT NULL CHECK (length(code_hash) = 32),
    PRIMARY KEY (account, code_hash)
) STRICT, WITHOUT ROWID;

-- Passkeys (WebAuthn credentials), public halves.
CREATE TABLE passkeys (
    id          BLOB PRIMARY KEY,
    account     TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    name        TEXT NOT NULL,
    host        TEXT NOT NULL,
    public_key  BLOB NOT NULL,
    sign_count  INTEGER NOT NULL,
    created     INTEGER NOT NULL,
    used        INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX passkeys_by_account ON passkeys (account);

-- Invitations that nobody has used yet. Only SHA-256 of the token is kept: the row lets nobody in.
CREATE TABLE invitations (
    id          TEXT PRIMARY KEY,
    token_hash  BLOB NOT NULL UNIQUE CHECK (length(token_hash) = 32),
    role        TEXT NOT NULL CHECK (role IN ('owner', 'adult', 'member', 'guest')),
    name        TEXT NOT NULL,
    grants      TEXT NOT NULL,
    maker       TEXT REFERENCES accounts (id) ON DELETE CASCADE,  -- NULL: made by this machine
    made        INTEGER NOT NULL,
    expires     INTEGER NOT NULL
) STRICT;

-- ---- the diary of looks (diary.py) ----------------------------------------------------------------

-- One row: the log's name, the private half of its Ed25519 key, and its newest signed checkpoint. It has
-- no references to cameras and accounts: what was looked at stays written when they are gone.
CREATE TABLE diary (
    id          INTEGER PRIMARY KEY CHECK (id = 1),
    origin      TEXT NOT NULL,
    private     BLOB NOT NULL CHECK (length(private) = 32),
    checkpoint  TEXT NOT NULL,
    -- When a start first found it to be other than what was signed; NULL once an adult has taken note.
    doubted     INTEGER
) STRICT;

-- A leaf is SHA-256(salt || entry). ``salt`` and ``entry`` are NULL once a person's part is erased, and
-- so are the columns by which it is found.
CREATE TABLE diary_leaves (
    idx         INTEGER PRIMARY KEY,
    commitment  BLOB NOT NULL CHECK (length(commitment) = 32),
    salt        BLOB CHECK (length(salt) = 32),
    entry       TEXT,
    camera      TEXT,
    member      TEXT,
    CHECK ((salt IS NULL) = (entry IS NULL))
) STRICT;
CREATE INDEX diary_by_camera ON diary_leaves (camera, idx) WHERE camera IS NOT NULL;
CREATE INDEX diary_by_member ON diary_leaves (member, idx) WHERE member IS NOT NULL;

-- The Merkle tree over them, in C2SP's tiles of at most 256 hashes. Made anew from the leaves when lost.
CREATE TABLE diary_tiles (
    level   INTEGER NOT NULL,
    number  INTEGER NOT NULL,
    hashes  BLOB NOT NULL CHECK (length(hashes) % 32 = 0 AND length(hashes) <= 8192),
    PRIMARY KEY (level, number)
) STRICT;
