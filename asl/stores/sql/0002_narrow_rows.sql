-- Schema 2: what is written most often takes fewer and narrower rows. Express executions have a table of their own, and
-- the root frame stands in the row that every turn writes anyway.

-- An Express execution that runs. It takes no turns, so that its row is written once and removed once. Its indexes hold
-- only what has no owner, has been told something, or has a parent, which is next to nothing, and one small number: the
-- checksum of its ARN.
CREATE TABLE express (
    id            INTEGER PRIMARY KEY,
    fence         INTEGER NOT NULL,
    wake          INTEGER NOT NULL DEFAULT 0, -- none of it has ever been seen by a turn
    owner         INTEGER,
    due           INTEGER,
    arn_sum       INTEGER NOT NULL,
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
    id, fence, wake, owner, due, checksum(arn), start, arn, machine, name, definition, seed, role_arn, version_arn,
    alias_arn, parent, trace_header, core, input
FROM executions JOIN live ON execution = id WHERE express = 1 ORDER BY id;
CREATE INDEX express_arn ON express (arn_sum);
CREATE INDEX express_due ON express (due) WHERE owner IS NULL AND due IS NOT NULL;
CREATE INDEX express_attention ON express (owner) WHERE wake > 0;
CREATE INDEX express_parent ON express (parent) WHERE parent IS NOT NULL;
DELETE FROM live WHERE execution IN (SELECT id FROM express);

-- What a Standard execution is and how it ended. This row is written when it starts, ends and is redriven.
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
    cause         TEXT,
    input         TEXT,
    output        TEXT
);
INSERT INTO standard
SELECT
    id, arn, machine, name, definition, status, start, stop, seed, role_arn, version_arn, alias_arn, parent, trace_header,
    redrive_count, redrive_date, redrives, error, cause, input, output
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
    core      TEXT NOT NULL,
    root      TEXT -- the root frame's data
);
INSERT INTO moving
SELECT live.execution, fence, version, wake, seen, running, owner, due, wait, core, data
FROM live LEFT JOIN frames ON frames.execution = live.execution AND frame = '0' ORDER BY live.execution;
DELETE FROM frames WHERE frame = '0';
DROP TABLE live;
ALTER TABLE moving RENAME TO live;
CREATE INDEX live_due ON live (due) WHERE owner IS NULL AND due IS NOT NULL;
CREATE INDEX live_attention ON live (owner) WHERE wake <> seen;
