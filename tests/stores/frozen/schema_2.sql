PRAGMA application_id = 1095978091;
PRAGMA user_version = 2;
BEGIN TRANSACTION;
CREATE TABLE activity_tasks (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    activity  TEXT NOT NULL,
    execution INTEGER NOT NULL,
    frame     TEXT NOT NULL,
    wait      INTEGER NOT NULL,
    token     TEXT NOT NULL,
    input     TEXT NOT NULL
, checksum INTEGER NOT NULL DEFAULT 0);
INSERT INTO "activity_tasks" VALUES(1,'activity',2,'f',1,'token','{}',3267863473);
CREATE TABLE definitions (
    digest TEXT PRIMARY KEY,
    put    INTEGER NOT NULL, -- when somebody last asked to keep it
    text   TEXT NOT NULL
, checksum INTEGER NOT NULL DEFAULT 0);
INSERT INTO "definitions" VALUES('digest',1000000,'text',1368245476);
CREATE TABLE documents (
    revision INTEGER PRIMARY KEY AUTOINCREMENT,
    made     INTEGER NOT NULL, -- its first revision, for the order
    kind     TEXT NOT NULL,
    name     TEXT NOT NULL,
    body     TEXT NOT NULL
, checksum INTEGER NOT NULL DEFAULT 0);
INSERT INTO "documents" VALUES(1,1,'machine','m','{"n":1}',1591177243);
CREATE TABLE "executions" (
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
INSERT INTO "executions" VALUES(1,'arn:m:1','m','1','digest','FAILED',1000000,1000005,'seed','role',NULL,NULL,NULL,NULL,0,NULL,NULL,'E',101549828,2170489314,555764174,2523145279,3337136524,'C','{"n":1}',NULL);
INSERT INTO "executions" VALUES(2,'arn:m:2','m','2','digest','RUNNING',1000000,NULL,'seed','role',NULL,NULL,NULL,NULL,0,NULL,NULL,NULL,238819158,916064519,555764174,2951289082,2227480464,NULL,'{"n":1}',NULL);
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
CREATE TABLE frames (
    execution INTEGER NOT NULL,
    frame     TEXT NOT NULL,
    wait      INTEGER NOT NULL,
    data      TEXT NOT NULL, checksum INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (execution, frame)
) WITHOUT ROWID;
INSERT INTO "frames" VALUES(2,'f',1,'{}',3599717718);
CREATE TABLE "live" (
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
INSERT INTO "live" VALUES(1,1,2,1,0,0,NULL,NULL,NULL,1823482038,NULL,'{}',NULL);
INSERT INTO "live" VALUES(2,0,1,1,0,1,1,NULL,NULL,1385706877,NULL,'{}',NULL);
CREATE TABLE log (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    machine TEXT NOT NULL,
    arn     TEXT NOT NULL,
    time    INTEGER NOT NULL,
    event   TEXT NOT NULL
, checksum INTEGER NOT NULL DEFAULT 0);
INSERT INTO "log" VALUES(1,'x','arn:x:3',1000000,'{}',3819988650);
CREATE TABLE messages (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    execution INTEGER NOT NULL,
    kind      TEXT NOT NULL,
    frame     TEXT NOT NULL,
    wait      INTEGER NOT NULL,
    data      TEXT NOT NULL
, checksum INTEGER NOT NULL DEFAULT 0);
INSERT INTO "messages" VALUES(1,2,'answer','f',1,'1',571709101);
CREATE TABLE payloads (
    execution INTEGER NOT NULL,
    frame     TEXT NOT NULL,
    text      TEXT NOT NULL
, checksum INTEGER NOT NULL DEFAULT 0);
INSERT INTO "payloads" VALUES(2,'f','large',2447465350);
CREATE TABLE turns (
    id        INTEGER PRIMARY KEY,
    execution INTEGER NOT NULL,
    first     INTEGER NOT NULL,
    notes     TEXT,
    events    TEXT -- NULL: the turn had notes alone
, checksum INTEGER NOT NULL DEFAULT 0);
INSERT INTO "turns" VALUES(1,1,1,NULL,'[["PassStateEntered",0,1000001,0,"Name","{\"n\":1}",-1]]',2763297961);
INSERT INTO "turns" VALUES(2,2,1,NULL,'[["PassStateEntered",0,1000001,0,"Name","{\"n\":1}",-1]]',4277888450);
INSERT INTO "turns" VALUES(3,1,2,'[[1,2]]','[["PassStateEntered",1,1000002,0,"Name","{\"n\":1}",-1]]',3673296480);
CREATE TABLE workers (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    host    TEXT NOT NULL,
    pid     INTEGER NOT NULL,
    expires INTEGER NOT NULL
);
INSERT INTO "workers" VALUES(1,'host',1,1000100);
CREATE UNIQUE INDEX turns_events ON turns (execution, first) WHERE events IS NOT NULL;
CREATE INDEX turns_notes ON turns (execution) WHERE notes IS NOT NULL;
CREATE UNIQUE INDEX payloads_frame ON payloads (execution, frame);
CREATE INDEX messages_execution ON messages (execution);
CREATE UNIQUE INDEX messages_answer ON messages (execution, frame, wait) WHERE kind = 'answer';
CREATE INDEX activity_tasks_queue ON activity_tasks (activity);
CREATE INDEX activity_tasks_execution ON activity_tasks (execution, frame, wait);
CREATE UNIQUE INDEX documents_name ON documents (kind, name);
CREATE INDEX log_machine ON log (machine);
CREATE INDEX express_arn ON express (arn_sum);
CREATE INDEX express_due ON express (due) WHERE owner IS NULL AND due IS NOT NULL;
CREATE INDEX express_attention ON express (owner) WHERE wake > 0;
CREATE INDEX express_parent ON express (parent) WHERE parent IS NOT NULL;
CREATE UNIQUE INDEX executions_name ON executions (machine, name);
CREATE INDEX executions_arn ON executions (arn);
CREATE INDEX executions_status ON executions (status, machine);
CREATE INDEX executions_version ON executions (version_arn) WHERE version_arn IS NOT NULL;
CREATE INDEX executions_alias ON executions (alias_arn) WHERE alias_arn IS NOT NULL;
CREATE INDEX executions_parent ON executions (parent) WHERE parent IS NOT NULL;
CREATE INDEX live_due ON live (due) WHERE owner IS NULL AND due IS NOT NULL;
CREATE INDEX live_attention ON live (owner) WHERE wake <> seen;
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('workers',1);
INSERT INTO "sqlite_sequence" VALUES('documents',1);
INSERT INTO "sqlite_sequence" VALUES('activity_tasks',1);
INSERT INTO "sqlite_sequence" VALUES('messages',1);
INSERT INTO "sqlite_sequence" VALUES('log',1);
COMMIT;
