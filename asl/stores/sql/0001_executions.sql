-- Schema 1. Big columns stand last in their tables, so that what doesn't ask for them never reads their pages.

-- What an execution is and how it ended. This row is written when it starts, ends and is redriven.
CREATE TABLE executions (
    id            INTEGER PRIMARY KEY,
    arn           TEXT NOT NULL,
    machine       TEXT NOT NULL,
    name          TEXT NOT NULL,
    express       INTEGER NOT NULL,
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
CREATE UNIQUE INDEX executions_name ON executions (machine, name) WHERE express = 0;
CREATE INDEX executions_arn ON executions (arn);
CREATE INDEX executions_status ON executions (status, machine);
CREATE INDEX executions_version ON executions (version_arn) WHERE version_arn IS NOT NULL;
CREATE INDEX executions_alias ON executions (alias_arn) WHERE alias_arn IS NOT NULL;
CREATE INDEX executions_parent ON executions (parent) WHERE parent IS NOT NULL;

-- What every turn changes: one small row for each execution, kept until the execution is removed.
CREATE TABLE live (
    execution INTEGER PRIMARY KEY,
    fence     INTEGER NOT NULL,
    version   INTEGER NOT NULL,
    wake      INTEGER NOT NULL,
    seen      INTEGER NOT NULL, -- the wake that the last turn had seen
    running   INTEGER NOT NULL,
    owner     INTEGER,
    due       INTEGER,
    core      TEXT NOT NULL
);
CREATE INDEX live_due ON live (due) WHERE owner IS NULL AND due IS NOT NULL;
CREATE INDEX live_attention ON live (owner) WHERE wake <> seen;

-- One row for each turn, holding its events as one JSON array. Appending keeps the log of changes small: a table ordered
-- by execution would rewrite a page for each execution in every commit.
CREATE TABLE turns (
    id        INTEGER PRIMARY KEY,
    execution INTEGER NOT NULL,
    first     INTEGER NOT NULL,
    notes     TEXT,
    events    TEXT -- NULL: the turn had notes alone
);
CREATE UNIQUE INDEX turns_events ON turns (execution, first) WHERE events IS NOT NULL;
CREATE INDEX turns_notes ON turns (execution) WHERE notes IS NOT NULL;

CREATE TABLE frames (
    execution INTEGER NOT NULL,
    frame     TEXT NOT NULL,
    wait      INTEGER NOT NULL,
    data      TEXT NOT NULL,
    PRIMARY KEY (execution, frame)
) WITHOUT ROWID;

-- The large texts of a frame, so that a turn which leaves them as they are needn't write them again.
CREATE TABLE payloads (
    execution INTEGER NOT NULL,
    frame     TEXT NOT NULL,
    text      TEXT NOT NULL
);
CREATE UNIQUE INDEX payloads_frame ON payloads (execution, frame);

CREATE TABLE messages (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    execution INTEGER NOT NULL,
    kind      TEXT NOT NULL,
    frame     TEXT NOT NULL,
    wait      INTEGER NOT NULL,
    data      TEXT NOT NULL
);
CREATE INDEX messages_execution ON messages (execution);
CREATE UNIQUE INDEX messages_answer ON messages (execution, frame, wait) WHERE kind = 'answer';

CREATE TABLE activity_tasks (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    activity  TEXT NOT NULL,
    execution INTEGER NOT NULL,
    frame     TEXT NOT NULL,
    wait      INTEGER NOT NULL,
    token     TEXT NOT NULL,
    input     TEXT NOT NULL
);
CREATE INDEX activity_tasks_queue ON activity_tasks (activity);
CREATE INDEX activity_tasks_execution ON activity_tasks (execution, frame, wait);

CREATE TABLE workers (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    host    TEXT NOT NULL,
    pid     INTEGER NOT NULL,
    expires INTEGER NOT NULL
);

-- Each change of a document is a new row in place of the old one: no revision ever comes twice, also after a removal.
CREATE TABLE documents (
    revision INTEGER PRIMARY KEY AUTOINCREMENT,
    made     INTEGER NOT NULL, -- its first revision, for the order
    kind     TEXT NOT NULL,
    name     TEXT NOT NULL,
    body     TEXT NOT NULL
);
CREATE UNIQUE INDEX documents_name ON documents (kind, name);

CREATE TABLE definitions (
    digest TEXT PRIMARY KEY,
    put    INTEGER NOT NULL, -- when somebody last asked to keep it
    text   TEXT NOT NULL
);

CREATE TABLE log (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    machine TEXT NOT NULL,
    arn     TEXT NOT NULL,
    time    INTEGER NOT NULL,
    event   TEXT NOT NULL
);
CREATE INDEX log_machine ON log (machine);
