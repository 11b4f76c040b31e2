-- Schema 2: what is written most often takes fewer and narrower rows. Express executions have a table of their own, and
-- the root frame stands in the row that every turn writes anyway. And all that a row says has a checksum: the CRC-32 of
-- its values, each as text and parted from the next by a zero.
--
-- No checksum covers
-- - what SQL counts or sets by itself: fence, version, wake, seen, owner and due, in ``live`` and ``express``. The guards
--   refuse a turn that doesn't fit, whereupon it is made again on what there is; owner, due and wake stand in indexes,
--   too, as soon as anybody has to find them, and SQLite's integrity check compares the two;
-- - ids that are given in the order of insertion: they are the rows' places, and out of place is damage to a page;
-- - ``documents.made`` and ``definitions.put``: an order, and what housekeeping spares. A definition that was removed too
--   early is put again before it is used;
-- - ``workers``: a lease. Who is taken for dead is buried, finds its writes refused and registers anew.
-- A row whose key is hit isn't found; the integrity check tells.

-- An Express execution that runs. It takes no turns, so that its row is written once and removed once. Its indexes hold
-- only what has no owner, has been told something, or has a parent, which is next to nothing, and one small number: the
-- checksum of its ARN.
CREATE TABLE express (
    id            INTEGER PRIMARY KEY,
    fence         INTEGER NOT NULL,
    wake          INTEGER NOT NULL DEFAULT 0, -- none of it has ever been seen by a turn
    owner         INTEGER,
    due           INTEGER,
    arn_sum       INTEGER NOT NULL, -- of the ARN alone
    checksum      INTEGER NOT NULL, -- of id, arn, machine, name, definition, start, seed, role_arn ... and core, input
    start         INTEGER NOT NULL,
    arn           TEXT NOT NULL,
    machine       TEXT NOT NULL,
    name          TEXT NOT NULL,
    definition    TEXT NOT NULL,
    seed          TEXT NOT NULL,
    role_arn      TEXT NOT NULL,
    version_arn   TEXT,
    alias_arn     TEXT,
    parent        TEXT,
    trace_header  TEXT,
    core          TEXT NOT NULL,
    input         TEXT
);
INSERT INTO express
SELECT
    id, fence, wake, owner, due, checksum(arn),
    checksum(
        id, arn, machine, name, definition, start, seed, role_arn, version_arn, alias_arn, parent, trace_header, core, input
    ),
    start, arn, machine, name, definition, seed, role_arn, version_arn,
    alias_arn, parent, trace_header, core, input
FROM executions JOIN live ON execution = id WHERE express = 1 ORDER BY id;
CREATE INDEX express_arn ON express (arn_sum);
CREATE INDEX express_due ON express (due) WHERE owner IS NULL AND due IS NOT NULL;
CREATE INDEX express_attention ON express (owner) WHERE wake > 0;
CREATE INDEX express_parent ON express (parent) WHERE parent IS NOT NULL;
DELETE FROM live WHERE execution IN (SELECT id FROM express);

-- What a Standard execution is and how it ended. This row is written when it starts, ends and is redriven. What is written
-- or read apart from the rest has a checksum of its own.
CREATE TABLE standard (
    id            INTEGER PRIMARY KEY,
    arn           TEXT NOT NULL,
    machine       TEXT NOT NULL,
    name          TEXT NOT NULL,
    definition    TEXT NOT NULL,
    status        TEXT NOT NULL,
    start         INTEGER NOT NULL,
    stop          INTEGER,
    seed          TEXT NOT NULL,
    role_arn      TEXT NOT NULL,
    version_arn   TEXT,
    alias_arn     TEXT,
    parent        TEXT,
    trace_header  TEXT,
    redrive_count INTEGER NOT NULL,
    redrive_date  INTEGER,
    redrives      TEXT,
    error         TEXT,
    asked_sum     INTEGER NOT NULL, -- of id, arn, machine, name, definition, start, seed, role_arn ... trace_header
    ended_sum     INTEGER NOT NULL, -- of status, stop, error
    redriven_sum  INTEGER NOT NULL, -- of redrive_count, redrive_date, redrives
    input_sum     INTEGER NOT NULL, -- of id, input
    output_sum    INTEGER NOT NULL, -- of cause, output
    cause         TEXT,
    input         TEXT,
    output        TEXT
);
INSERT INTO standard
SELECT
    id, arn, machine, name, definition, status, start, stop, seed, role_arn, version_arn, alias_arn, parent, trace_header,
    redrive_count, redrive_date, redrives, error,
    checksum(id, arn, machine, name, definition, start, seed, role_arn, version_arn, alias_arn, parent, trace_header),
    checksum(status, stop, error), checksum(redrive_count, redrive_date, redrives), checksum(id, input),
    checksum(cause, output), cause, input, output
FROM executions WHERE express = 0 ORDER BY id;
DROP TABLE executions;
ALTER TABLE standard RENAME TO executions;
CREATE UNIQUE INDEX executions_name ON executions (machine, name);
CREATE INDEX executions_arn ON executions (arn);
CREATE INDEX executions_status ON executions (status, machine);
CREATE INDEX executions_version ON executions (version_arn) WHERE version_arn IS NOT NULL;
CREATE INDEX executions_alias ON executions (alias_arn) WHERE alias_arn IS NOT NULL;
CREATE INDEX executions_parent ON executions (parent) WHERE parent IS NOT NULL;

-- What every turn changes: one row for each Standard execution, kept until the execution is removed. It holds the root
-- frame, too, which nearly every turn touches; the other frames are in ``frames``, and all payloads in ``payloads``.
CREATE TABLE moving (
    execution INTEGER PRIMARY KEY,
    fence     INTEGER NOT NULL,
    version   INTEGER NOT NULL,
    wake      INTEGER NOT NULL,
    seen      INTEGER NOT NULL, -- the wake that the last turn had seen
    running   INTEGER NOT NULL,
    owner     INTEGER,
    due       INTEGER,
    wait      INTEGER, -- the root frame's; NULL: there is no root frame
    core_sum  INTEGER NOT NULL, -- of execution, running, core
    root_sum  INTEGER, -- of execution, wait, root
    core      TEXT NOT NULL,
    root      TEXT -- the root frame's data
);
INSERT INTO moving
SELECT
    live.execution, fence, version, wake, seen, running, owner, due, wait, checksum(live.execution, running, core),
    CASE WHEN data IS NOT NULL THEN checksum(live.execution, wait, data) END, core, data
FROM live LEFT JOIN frames ON frames.execution = live.execution AND frame = '0' ORDER BY live.execution;
DELETE FROM frames WHERE frame = '0';
DROP TABLE live;
ALTER TABLE moving RENAME TO live;
CREATE INDEX live_due ON live (due) WHERE owner IS NULL AND due IS NOT NULL;
CREATE INDEX live_attention ON live (owner) WHERE wake <> seen;

-- The others keep their shape.
ALTER TABLE turns ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0;
UPDATE turns SET checksum = checksum(execution, first, notes, events);
ALTER TABLE frames ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0;
UPDATE frames SET checksum = checksum(execution, frame, wait, data);
ALTER TABLE payloads ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0;
UPDATE payloads SET checksum = checksum(execution, frame, text);
ALTER TABLE messages ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0;
UPDATE messages SET checksum = checksum(execution, kind, frame, wait, data);
ALTER TABLE activity_tasks ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0;
UPDATE activity_tasks SET checksum = checksum(activity, execution, frame, wait, token, input);
ALTER TABLE documents ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0;
UPDATE documents SET checksum = checksum(kind, name, body);
ALTER TABLE definitions ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0;
UPDATE definitions SET checksum = checksum(digest, text);
ALTER TABLE log ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0;
UPDATE log SET checksum = checksum(machine, arn, time, event);
