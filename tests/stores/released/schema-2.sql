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
INSERT INTO "activity_tasks" VALUES(1,'arn:aws:states:us-east-1:123456789012:activity:work',7,'0',1,'gVWzgGciNmuEOpA7Msz+fmPNJu8S/4/4fb4mEmNSTcHN/SUAsvex0w5hqGoq06HDNwowCjE=','{"n":7}',1685873835);
CREATE TABLE definitions (
    digest TEXT PRIMARY KEY,
    put    INTEGER NOT NULL, -- when somebody last asked to keep it
    text   TEXT NOT NULL
, checksum INTEGER NOT NULL DEFAULT 0);
INSERT INTO "definitions" VALUES('00c4dbc7ad438ebe05a64c62d42f0628d4bbc84675e74c84542d25a100302b5f',1767225600000,'{"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:again", "Retry": [{"ErrorEquals": ["States.TaskFailed"], "IntervalSeconds": 5}], "End": true}}}',1630155386);
INSERT INTO "definitions" VALUES('025c9deabeaaff681818f7d802f9482d92ca3ab507a2c12068e222dc94471336',1767225600000,'{"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:broken", "Retry": [{"ErrorEquals": ["States.TaskFailed"], "IntervalSeconds": 5}], "End": true}}}',385459176);
INSERT INTO "definitions" VALUES('7b045d86d43672290bafbe6614b87d0ecebc78231191a1ae05cd9ccf12cb8d87',1767225600000,'{"StartAt": "A", "States": {"A": {"Type": "Wait", "Seconds": 600, "End": true}}}',1684448233);
INSERT INTO "definitions" VALUES('f5046946b3928ab5f8bfeabeae96988f5948cb48323de2459f60e9bf86f96f24',1767225600000,'{"StartAt": "Big", "States": {"Big": {"Type": "Pass", "Result": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "ResultPath": "$.big", "Assign": {"v": [1, "\u00e9"]}, "Next": "Nap"}, "Nap": {"Type": "Wait", "Seconds": 600, "Next": "Pick"}, "Pick": {"Type": "Pass", "Parameters": {"v.$": "$v", "n.$": "$.n"}, "End": true}}}',1404033255);
INSERT INTO "definitions" VALUES('357a4888bb910b20d1dc66997c1a2fa80ca3273259d9475dc86f18e39df7d1b8',1767225600000,'{"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken", "Parameters": {"FunctionName": "ask", "Payload": {"token.$": "$$.Task.Token"}}, "TimeoutSeconds": 3600, "End": true}}}',4143935394);
INSERT INTO "definitions" VALUES('b38313ed3ee50e92e793502d5e06e5293e0f247abe2aa2ea9029e1b7b802e5fd',1767225600000,'{"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "arn:aws:states:us-east-1:123456789012:activity:work", "End": true}}}',3185645602);
INSERT INTO "definitions" VALUES('18baebdac66773172ac179f70ce45c296d98bf650f60e70245d18dd4b257bb8a',1767225600000,'{"StartAt": "M", "States": {"M": {"Type": "Map", "ItemsPath": "$.items", "MaxConcurrency": 2, "ItemProcessor": {"StartAt": "Nap", "States": {"Nap": {"Type": "Wait", "Seconds": 60, "Next": "Do"}, "Do": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:again", "Retry": [{"ErrorEquals": ["States.TaskFailed"], "IntervalSeconds": 5}], "End": true}}}, "End": true}}}',2495406191);
INSERT INTO "definitions" VALUES('765d1659d8139e279e6ebc63ddb22670e9a6e5ca803ddc257c267730e9c24ad9',1767225600000,'{"StartAt": "P", "States": {"P": {"Type": "Parallel", "Branches": [{"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken", "Parameters": {"FunctionName": "ask", "Payload": {"token.$": "$$.Task.Token"}}, "TimeoutSeconds": 3600, "End": true}}}, {"StartAt": "B", "States": {"B": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken", "Parameters": {"FunctionName": "ask", "Payload": {"token.$": "$$.Task.Token"}}, "TimeoutSeconds": 3600, "End": true}}}], "End": true}}}',1705322939);
INSERT INTO "definitions" VALUES('5cb91f50b97d115c5c1027a0714d8f89ae3d06a3120c7abfe1359bee27bc1bb8',1767225600000,'{"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:again", "Retry": [{"ErrorEquals": ["E"], "IntervalSeconds": 90}], "End": true}}}',2946145005);
INSERT INTO "definitions" VALUES('315a040b04d6ff64e43913d96d8a6ecfc5e87f2891e3345a99e2c3369b6d8e87',1767225600000,'{"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:again", "Retry": [{"ErrorEquals": ["States.TaskFailed"], "IntervalSeconds": 5}], "Next": "B"}, "B": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:again", "Retry": [{"ErrorEquals": ["States.TaskFailed"], "IntervalSeconds": 5}], "End": true}}}',2256151263);
INSERT INTO "definitions" VALUES('1316d0494105d63134045e3f185ace324c9e82932f9e0db90b266891c5ee12d9',1767225600000,'{"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:once", "Retry": [{"ErrorEquals": ["States.TaskFailed"], "IntervalSeconds": 5}], "End": true}}}',1770164278);
INSERT INTO "definitions" VALUES('920fa606733f98ad0ae2aeabf65e081f2d22b1258bca84ebdf5a302399e496ec',1767225600000,'{"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:once", "Retry": [], "End": true}}}',1012893897);
CREATE TABLE documents (
    revision INTEGER PRIMARY KEY AUTOINCREMENT,
    made     INTEGER NOT NULL, -- its first revision, for the order
    kind     TEXT NOT NULL,
    name     TEXT NOT NULL,
    body     TEXT NOT NULL
, checksum INTEGER NOT NULL DEFAULT 0);
INSERT INTO "documents" VALUES(1,1,'machine','Machine','{"type":"STANDARD"}',1768773669);
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
INSERT INTO "executions" VALUES(1,'arn:aws:states:us-east-1:123456789012:execution:Machine:succeeded','Machine','succeeded','00c4dbc7ad438ebe05a64c62d42f0628d4bbc84675e74c84542d25a100302b5f','SUCCEEDED',1767225600000,1767225600000,'seed 1','arn:aws:iam::123456789012:role/aslkit',NULL,NULL,NULL,NULL,0,NULL,NULL,NULL,3256234525,4214984695,555764174,2523145279,4048999511,NULL,'{"n":1}','{"n":1}');
INSERT INTO "executions" VALUES(2,'arn:aws:states:us-east-1:123456789012:execution:Machine:failed','Machine','failed','025c9deabeaaff681818f7d802f9482d92ca3ab507a2c12068e222dc94471336','FAILED',1767225600000,1767225635000,'seed 2','arn:aws:iam::123456789012:role/aslkit',NULL,NULL,NULL,NULL,0,NULL,NULL,'E',2207506389,2459228971,555764174,2227456825,2320385197,'broken','{"n":2}',NULL);
INSERT INTO "executions" VALUES(3,'arn:aws:states:us-east-1:123456789012:execution:Machine:aborted','Machine','aborted','7b045d86d43672290bafbe6614b87d0ecebc78231191a1ae05cd9ccf12cb8d87','ABORTED',1767225600000,1767225660000,'seed 3','arn:aws:iam::123456789012:role/aslkit',NULL,NULL,NULL,NULL,0,NULL,NULL,'E',894762219,2473101853,555764174,2326031931,2934499137,'stopped','{"n":3}',NULL);
INSERT INTO "executions" VALUES(4,'arn:aws:states:us-east-1:123456789012:execution:Machine:wait','Machine','wait','f5046946b3928ab5f8bfeabeae96988f5948cb48323de2459f60e9bf86f96f24','RUNNING',1767225600000,NULL,'seed 4','arn:aws:iam::123456789012:role/aslkit',NULL,NULL,NULL,NULL,0,NULL,NULL,NULL,1553209080,916064519,555764174,2709820725,2227480464,NULL,'{"n":4}',NULL);
INSERT INTO "executions" VALUES(5,'arn:aws:states:us-east-1:123456789012:execution:Machine:token','Machine','token','357a4888bb910b20d1dc66997c1a2fa80ca3273259d9475dc86f18e39df7d1b8','RUNNING',1767225600000,NULL,'seed 5','arn:aws:iam::123456789012:role/aslkit',NULL,NULL,NULL,NULL,0,NULL,NULL,NULL,548748752,916064519,555764174,2951000119,2227480464,NULL,'{"n":5}',NULL);
INSERT INTO "executions" VALUES(6,'arn:aws:states:us-east-1:123456789012:execution:Machine:answered','Machine','answered','357a4888bb910b20d1dc66997c1a2fa80ca3273259d9475dc86f18e39df7d1b8','RUNNING',1767225600000,NULL,'seed 6','arn:aws:iam::123456789012:role/aslkit',NULL,NULL,NULL,NULL,0,NULL,NULL,NULL,1060401012,916064519,555764174,3175407409,2227480464,NULL,'{"n":6}',NULL);
INSERT INTO "executions" VALUES(7,'arn:aws:states:us-east-1:123456789012:execution:Machine:activity','Machine','activity','b38313ed3ee50e92e793502d5e06e5293e0f247abe2aa2ea9029e1b7b802e5fd','RUNNING',1767225600000,NULL,'seed 7','arn:aws:iam::123456789012:role/aslkit',NULL,NULL,NULL,NULL,0,NULL,NULL,NULL,722633636,916064519,555764174,3005545011,2227480464,NULL,'{"n":7}',NULL);
INSERT INTO "executions" VALUES(8,'arn:aws:states:us-east-1:123456789012:execution:Machine:map','Machine','map','18baebdac66773172ac179f70ce45c296d98bf650f60e70245d18dd4b257bb8a','RUNNING',1767225600000,NULL,'seed 8','arn:aws:iam::123456789012:role/aslkit',NULL,NULL,NULL,NULL,0,NULL,NULL,NULL,922664063,916064519,555764174,2412967475,2227480464,NULL,'{"items":[{"n":0},{"n":1},{"n":2},{"n":3},{"n":4}]}',NULL);
INSERT INTO "executions" VALUES(9,'arn:aws:states:us-east-1:123456789012:execution:Machine:parallel','Machine','parallel','765d1659d8139e279e6ebc63ddb22670e9a6e5ca803ddc257c267730e9c24ad9','RUNNING',1767225600000,NULL,'seed 9','arn:aws:iam::123456789012:role/aslkit',NULL,NULL,NULL,NULL,0,NULL,NULL,NULL,3933610651,916064519,555764174,4236131694,2227480464,NULL,'{"n":8}',NULL);
INSERT INTO "executions" VALUES(10,'arn:aws:states:us-east-1:123456789012:execution:Machine:retry','Machine','retry','5cb91f50b97d115c5c1027a0714d8f89ae3d06a3120c7abfe1359bee27bc1bb8','RUNNING',1767225600000,NULL,'seed 10','arn:aws:iam::123456789012:role/aslkit',NULL,NULL,NULL,NULL,0,NULL,NULL,NULL,159218647,916064519,555764174,1933054774,2227480464,NULL,'{"fail":true}',NULL);
INSERT INTO "executions" VALUES(11,'arn:aws:states:us-east-1:123456789012:execution:Machine:in doubt, again','Machine','in doubt, again','315a040b04d6ff64e43913d96d8a6ecfc5e87f2891e3345a99e2c3369b6d8e87','RUNNING',1767225600000,NULL,'seed 11','arn:aws:iam::123456789012:role/aslkit',NULL,NULL,NULL,NULL,0,NULL,NULL,NULL,2296249555,916064519,555764174,737932123,2227480464,NULL,'{"n":9,"dies":true}',NULL);
INSERT INTO "executions" VALUES(12,'arn:aws:states:us-east-1:123456789012:execution:Machine:in doubt, once','Machine','in doubt, once','1316d0494105d63134045e3f185ace324c9e82932f9e0db90b266891c5ee12d9','RUNNING',1767225600000,NULL,'seed 12','arn:aws:iam::123456789012:role/aslkit',NULL,NULL,NULL,NULL,0,NULL,NULL,NULL,2063928608,916064519,555764174,3843909898,2227480464,NULL,'{"n":10,"dies":true}',NULL);
INSERT INTO "executions" VALUES(13,'arn:aws:states:us-east-1:123456789012:execution:Machine:in doubt, lost','Machine','in doubt, lost','920fa606733f98ad0ae2aeabf65e081f2d22b1258bca84ebdf5a302399e496ec','RUNNING',1767225600000,NULL,'seed 13','arn:aws:iam::123456789012:role/aslkit',NULL,NULL,NULL,NULL,0,NULL,NULL,NULL,2689472067,916064519,555764174,1866132668,2227480464,NULL,'{"n":11,"dies":true}',NULL);
INSERT INTO "executions" VALUES(14,'arn:aws:states:us-east-1:123456789012:execution:Machine:not begun','Machine','not begun','00c4dbc7ad438ebe05a64c62d42f0628d4bbc84675e74c84542d25a100302b5f','RUNNING',1767225600000,NULL,'seed 14','arn:aws:iam::123456789012:role/aslkit',NULL,NULL,NULL,NULL,0,NULL,NULL,NULL,2699497481,916064519,555764174,3127344861,2227480464,NULL,'{"n":12}',NULL);
INSERT INTO "executions" VALUES(15,'arn:aws:states:us-east-1:123456789012:execution:Machine:surrogate','Machine','surrogate','7b045d86d43672290bafbe6614b87d0ecebc78231191a1ae05cd9ccf12cb8d87','RUNNING',1767225600000,NULL,'seed 15','arn:aws:iam::123456789012:role/aslkit',NULL,NULL,NULL,NULL,0,NULL,NULL,NULL,2844824610,916064519,555764174,3433683358,2227480464,NULL,X'7B2274657874223A22EDA080227D',NULL);
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
INSERT INTO "express" VALUES(100,0,0,NULL,0,92221939,4262922536,1767225660000,'arn:aws:states:us-east-1:123456789012:execution:Machine:not begun','Machine','not begun','00c4dbc7ad438ebe05a64c62d42f0628d4bbc84675e74c84542d25a100302b5f','seed 100','arn:aws:iam::123456789012:role/aslkit',NULL,NULL,NULL,NULL,'','{"n":12}');
CREATE TABLE frames (
    execution INTEGER NOT NULL,
    frame     TEXT NOT NULL,
    wait      INTEGER NOT NULL,
    data      TEXT NOT NULL, checksum INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (execution, frame)
) WITHOUT ROWID;
INSERT INTO "frames" VALUES(8,'0/1.0',0,'[["{\"n\":0}",null,[0,{"n":0}],null,null,null],"Do",null,false,0,0,"done","task",17,9,8,1767225660000,0,2,null,null,0,0,null,0,0,null]',2202309542);
INSERT INTO "frames" VALUES(8,'0/1.1',0,'[["{\"n\":1}",null,[1,{"n":1}],null,null,null],"Do",null,false,0,1,"done","task",22,13,12,1767225660000,0,2,null,null,0,0,null,0,0,null]',4172298880);
INSERT INTO "frames" VALUES(8,'0/1.2',1,'[["{\"n\":2}",null,[2,{"n":2}],null,null,null],"Nap",null,false,0,2,"waiting","sleep",20,20,19,1767225660000,1,1,1767225720000,null,0,0,null,0,0,null]',3644902069);
INSERT INTO "frames" VALUES(8,'0/1.3',1,'[["{\"n\":3}",null,[3,{"n":3}],null,null,null],"Nap",null,false,0,3,"waiting","sleep",25,25,24,1767225660000,1,1,1767225720000,null,0,0,null,0,0,null]',2500230981);
INSERT INTO "frames" VALUES(9,'0/1.0',1,'[["{\"n\":8}",null,null,null,null,null],"A",null,false,0,0,"waiting","task",10,4,3,1767225600000,1,1,1767229200000,null,0,0,null,0,0,[3600,null,1767229200000]]',347435787);
INSERT INTO "frames" VALUES(9,'0/1.1',1,'[["{\"n\":8}",null,null,null,null,null],"B",null,false,0,1,"waiting","task",11,6,3,1767225600000,1,1,1767229200000,null,0,0,null,0,0,[3600,null,1767229200000]]',4240321164);
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
INSERT INTO "live" VALUES(1,3,3,0,0,0,NULL,NULL,NULL,844136696,NULL,'[7,1767225600000,1798761600000,1798761600000,0,"SUCCEEDED",null,null,[],false]',NULL);
INSERT INTO "live" VALUES(2,9,9,0,0,0,NULL,NULL,0,3801765873,2651651990,'[17,1767225635000,1798761600000,1798761600000,0,"FAILED","E","broken",[],false]','[["{\"n\":2}",null,null,null,null,null],"B",null,false,0,-1,"ready","task",16,4,3,1767225600000,0,7,null,null,0,3,[3],0,0,null]');
INSERT INTO "live" VALUES(3,4,3,1,0,0,NULL,NULL,1,2055828938,1755560880,'[3,1767225660000,1798761600000,1798761600000,0,"ABORTED","E","stopped",[],false]','[["{\"n\":3}",null,null,null,null,null],"A",null,false,0,-1,"waiting","sleep",2,2,0,1767225600000,1,1,1767226200000,null,0,0,null,0,0,null]');
INSERT INTO "live" VALUES(4,3,2,0,0,1,NULL,1767226200000,1,2207192745,886063567,'[4,1767225600000,1798761600000,1798761600000,8,"RUNNING",null,null,[],false]','[null,"Nap",null,false,0,-1,"waiting","sleep",4,4,3,1767225600000,1,1,1767226200000,null,0,0,null,0,0,null]');
INSERT INTO "live" VALUES(5,3,3,0,0,1,NULL,1767229200000,1,348721065,3306442351,'[5,1767225600000,1798761600000,1798761600000,0,"RUNNING",null,null,[],false]','[["{\"n\":5}",null,null,null,null,null],"A",null,false,0,-1,"waiting","task",5,2,0,1767225600000,1,1,1767229200000,null,0,0,null,0,0,[3600,null,1767229200000]]');
INSERT INTO "live" VALUES(6,3,3,1,0,1,NULL,0,1,815900566,610750422,'[5,1767225600000,1798761600000,1798761600000,0,"RUNNING",null,null,[],false]','[["{\"n\":6}",null,null,null,null,null],"A",null,false,0,-1,"waiting","task",5,2,0,1767225600000,1,1,1767229200000,null,0,0,null,0,0,[3600,null,1767229200000]]');
INSERT INTO "live" VALUES(7,3,2,0,0,1,NULL,1798761600000,1,1221829646,2193609893,'[3,1767225600000,1798761600000,1798761600000,0,"RUNNING",null,null,[],false]','[["{\"n\":7}",null,null,null,null,null],"A",null,false,0,-1,"waiting","task",3,2,0,1767225600000,1,1,null,null,0,0,null,0,0,null]');
INSERT INTO "live" VALUES(8,5,4,0,0,1,NULL,1767225720000,0,3676904648,258650542,'[25,1767225660000,1798761600000,1798761600000,0,"RUNNING",null,null,[],false]','[null,"M",null,true,0,-1,"joining","children",3,2,0,1767225600000,0,0,null,null,0,0,null,1,0,{"left":3,"begun":4}]');
INSERT INTO "live" VALUES(9,3,3,0,0,1,NULL,1767229200000,0,207157912,456560655,'[11,1767225600000,1798761600000,1798761600000,0,"RUNNING",null,null,[],false]','[["{\"n\":8}",null,null,null,null,null],"P",null,true,0,-1,"joining","children",3,2,0,1767225600000,0,0,null,null,0,0,null,1,0,2]');
INSERT INTO "live" VALUES(10,3,3,0,0,1,NULL,1767225690000,2,3213680442,3123109597,'[5,1767225600000,1798761600000,1798761600000,0,"RUNNING",null,null,[],false]','[["{\"fail\":true}",null,null,null,null,null],"A",null,false,0,-1,"waiting","backoff",5,2,0,1767225600000,2,2,1767225690000,null,0,1,[1],0,0,null]');
INSERT INTO "live" VALUES(11,2,2,0,0,1,2,0,1,3949617764,1821541023,'[4,1767225660000,1798761600000,1798761600000,0,"RUNNING",null,null,[],false]','[["{\"n\":9,\"dies\":true}",null,null,null,null,null],"A",null,false,2,-1,"waiting","task",4,2,0,1767225660000,1,1,null,null,0,0,null,0,0,null]');
INSERT INTO "live" VALUES(12,2,2,0,0,1,3,0,1,3473066587,1593640033,'[4,1767225660000,1798761600000,1798761600000,0,"RUNNING",null,null,[],false]','[["{\"n\":10,\"dies\":true}",null,null,null,null,null],"A",null,false,2,-1,"waiting","task",4,2,0,1767225660000,1,1,null,null,0,0,null,0,0,null]');
INSERT INTO "live" VALUES(13,2,2,0,0,1,4,0,1,3542438478,837096933,'[4,1767225660000,1798761600000,1798761600000,0,"RUNNING",null,null,[],false]','[["{\"n\":11,\"dies\":true}",null,null,null,null,null],"A",null,false,2,-1,"waiting","task",4,2,0,1767225660000,1,1,null,null,0,0,null,0,0,null]');
INSERT INTO "live" VALUES(14,1,1,0,0,1,NULL,0,0,2637611075,2513981831,'[1,1767225600000,1798761600000,1798761600000,0,"RUNNING",null,null,["0"],false]','[["{\"n\":12}",null,null,null,null,null],"A",null,false,0,-1,"ready","",0,0,0,0,0,0,null,null,0,0,null,0,0,null]');
INSERT INTO "live" VALUES(15,3,2,0,0,1,NULL,1767226200000,1,1262386027,956969177,'[2,1767225600000,1798761600000,1798761600000,0,"RUNNING",null,null,[],false]',X'5B5B227B5C22746578745C223A5C22EDA0805C227D222C6E756C6C2C6E756C6C2C6E756C6C2C6E756C6C2C6E756C6C5D2C2241222C6E756C6C2C66616C73652C302C2D312C2277616974696E67222C22736C656570222C322C322C302C313736373232353630303030302C312C312C313736373232363230303030302C6E756C6C2C302C302C6E756C6C2C302C302C6E756C6C5D');
CREATE TABLE log (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    machine TEXT NOT NULL,
    arn     TEXT NOT NULL,
    time    INTEGER NOT NULL,
    event   TEXT NOT NULL
, checksum INTEGER NOT NULL DEFAULT 0);
CREATE TABLE messages (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    execution INTEGER NOT NULL,
    kind      TEXT NOT NULL,
    frame     TEXT NOT NULL,
    wait      INTEGER NOT NULL,
    data      TEXT NOT NULL
, checksum INTEGER NOT NULL DEFAULT 0);
INSERT INTO "messages" VALUES(1,6,'answer','0',1,'{"output":"\"by message\""}',818689882);
CREATE TABLE payloads (
    execution INTEGER NOT NULL,
    frame     TEXT NOT NULL,
    text      TEXT NOT NULL
, checksum INTEGER NOT NULL DEFAULT 0);
INSERT INTO "payloads" VALUES(4,'0','["{\"n\":4,\"big\":\"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\"}",null,null,null,{"v":[1,"é"]},{"v":8}]',759851678);
INSERT INTO "payloads" VALUES(8,'0','["{\"items\":[{\"n\":0},{\"n\":1},{\"n\":2},{\"n\":3},{\"n\":4}]}",{"items":[{"n":0},{"n":1},{"n":2},{"n":3},{"n":4}],"input":{"items":[{"n":0},{"n":1},{"n":2},{"n":3},{"n":4}]},"limit":2},null,null,null,null]',152687665);
CREATE TABLE turns (
    id        INTEGER PRIMARY KEY,
    execution INTEGER NOT NULL,
    first     INTEGER NOT NULL,
    notes     TEXT,
    events    TEXT -- NULL: the turn had notes alone
, checksum INTEGER NOT NULL DEFAULT 0);
INSERT INTO "turns" VALUES(1,1,1,NULL,'[["ExecutionStarted",0,1767225600000,0,"{\"n\":1}","arn:aws:iam::123456789012:role/aslkit"]]',1719608723);
INSERT INTO "turns" VALUES(2,2,1,NULL,'[["ExecutionStarted",0,1767225600000,0,"{\"n\":2}","arn:aws:iam::123456789012:role/aslkit"]]',295226630);
INSERT INTO "turns" VALUES(3,3,1,NULL,'[["ExecutionStarted",0,1767225600000,0,"{\"n\":3}","arn:aws:iam::123456789012:role/aslkit"]]',1019581813);
INSERT INTO "turns" VALUES(4,4,1,NULL,'[["ExecutionStarted",0,1767225600000,0,"{\"n\":4}","arn:aws:iam::123456789012:role/aslkit"]]',4267121708);
INSERT INTO "turns" VALUES(5,5,1,NULL,'[["ExecutionStarted",0,1767225600000,0,"{\"n\":5}","arn:aws:iam::123456789012:role/aslkit"]]',3540665439);
INSERT INTO "turns" VALUES(6,6,1,NULL,'[["ExecutionStarted",0,1767225600000,0,"{\"n\":6}","arn:aws:iam::123456789012:role/aslkit"]]',2767039690);
INSERT INTO "turns" VALUES(7,7,1,NULL,'[["ExecutionStarted",0,1767225600000,0,"{\"n\":7}","arn:aws:iam::123456789012:role/aslkit"]]',2310075577);
INSERT INTO "turns" VALUES(8,8,1,NULL,'[["ExecutionStarted",0,1767225600000,0,"{\"items\":[{\"n\":0},{\"n\":1},{\"n\":2},{\"n\":3},{\"n\":4}]}","arn:aws:iam::123456789012:role/aslkit"]]',3731636945);
INSERT INTO "turns" VALUES(9,9,1,NULL,'[["ExecutionStarted",0,1767225600000,0,"{\"n\":8}","arn:aws:iam::123456789012:role/aslkit"]]',1953679366);
INSERT INTO "turns" VALUES(10,10,1,NULL,'[["ExecutionStarted",0,1767225600000,0,"{\"fail\":true}","arn:aws:iam::123456789012:role/aslkit"]]',3348703549);
INSERT INTO "turns" VALUES(11,15,1,NULL,X'5B5B22457865637574696F6E53746172746564222C302C313736373232353630303030302C302C227B5C22746578745C223A5C22EDA0805C227D222C2261726E3A6177733A69616D3A3A3132333435363738393031323A726F6C652F61736C6B6974225D5D',1510230136);
INSERT INTO "turns" VALUES(12,1,2,NULL,'[["TaskStateEntered",0,1767225600000,0,"A","{\"n\":1}",-1],["LambdaFunctionScheduled",2,1767225600000,2,"arn:aws:lambda:us-east-1:123456789012:function:again","{\"n\":1}",null,null],["LambdaFunctionStarted",3,1767225600000,2]]',1649181643);
INSERT INTO "turns" VALUES(13,2,2,NULL,'[["PassStateEntered",0,1767225600000,0,"A","{\"n\":2}",-1],["PassStateExited",2,1767225600000,2,"A","{\"n\":2}",null,null],["TaskStateEntered",3,1767225600000,0,"B","{\"n\":2}",-1],["LambdaFunctionScheduled",4,1767225600000,4,"arn:aws:lambda:us-east-1:123456789012:function:broken","{\"n\":2}",null,null],["LambdaFunctionStarted",5,1767225600000,4]]',2463988900);
INSERT INTO "turns" VALUES(14,3,2,NULL,'[["WaitStateEntered",0,1767225600000,0,"A","{\"n\":3}",-1]]',1209182541);
INSERT INTO "turns" VALUES(15,4,2,NULL,'[["PassStateEntered",0,1767225600000,0,"Big","{\"n\":4}",-1],["PassStateExited",2,1767225600000,2,"Big","{\"n\":4,\"big\":\"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\"}",{"v":"[1,\"é\"]"},null],["WaitStateEntered",3,1767225600000,0,"Nap","{\"n\":4,\"big\":\"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\"}",-1]]',3920197140);
INSERT INTO "turns" VALUES(16,5,2,NULL,'[["TaskStateEntered",0,1767225600000,0,"A","{\"n\":5}",-1],["TaskScheduled",2,1767225600000,2,"lambda","invoke.waitForTaskToken","us-east-1","{\"FunctionName\":\"ask\",\"Payload\":{\"token\":\"BPq3WAPPyatqhTeKlAK7ragMshSWj2Z6Iud9s+iI7KA3BiuWRAOtUX3sGqD92mR9NQowCjE=\"}}",3600,null,null],["TaskStarted",3,1767225600000,2,"lambda","invoke.waitForTaskToken"]]',2029092080);
INSERT INTO "turns" VALUES(17,6,2,NULL,'[["TaskStateEntered",0,1767225600000,0,"A","{\"n\":6}",-1],["TaskScheduled",2,1767225600000,2,"lambda","invoke.waitForTaskToken","us-east-1","{\"FunctionName\":\"ask\",\"Payload\":{\"token\":\"fDkcUGjX627xESLFLTxRQCQ6ZIUFXIUWyEeN6OGia6kUqBL5V4RACDaOXwEjlF4ENgowCjE=\"}}",3600,null,null],["TaskStarted",3,1767225600000,2,"lambda","invoke.waitForTaskToken"]]',1228213134);
INSERT INTO "turns" VALUES(18,7,2,NULL,'[["TaskStateEntered",0,1767225600000,0,"A","{\"n\":7}",-1],["ActivityScheduled",2,1767225600000,2,"arn:aws:states:us-east-1:123456789012:activity:work","{\"n\":7}",null,null]]',2596734422);
INSERT INTO "turns" VALUES(19,8,2,NULL,'[["MapStateEntered",0,1767225600000,0,"M","{\"items\":[{\"n\":0},{\"n\":1},{\"n\":2},{\"n\":3},{\"n\":4}]}",-1],["MapStateStarted",2,1767225600000,2,5],["MapIterationStarted",3,1767225600000,2,"M",0],["MapIterationStarted",3,1767225600000,2,"M",1],["WaitStateEntered",4,1767225600000,2,"Nap","{\"n\":0}",0],["WaitStateEntered",5,1767225600000,2,"Nap","{\"n\":1}",1]]',1986543037);
INSERT INTO "turns" VALUES(20,9,2,NULL,'[["ParallelStateEntered",0,1767225600000,0,"P","{\"n\":8}",-1],["ParallelStateStarted",2,1767225600000,2],["TaskStateEntered",3,1767225600000,2,"A","{\"n\":8}",0],["TaskScheduled",4,1767225600000,4,"lambda","invoke.waitForTaskToken","us-east-1","{\"FunctionName\":\"ask\",\"Payload\":{\"token\":\"B5ZavaM07CAQqy19Ktkg/e1dMHA9NHrufdCnphe9TUApIYLiZolnYl9E4mhJPv95OQowLzEuMAox\"}}",3600,null,null],["TaskStateEntered",3,1767225600000,2,"B","{\"n\":8}",1],["TaskScheduled",6,1767225600000,6,"lambda","invoke.waitForTaskToken","us-east-1","{\"FunctionName\":\"ask\",\"Payload\":{\"token\":\"i9oITb6AZNmjQG6ssa9U75eiizDEBp/3PLNq1etMYDL4cTSLAy+76KzDerhUvPwIOQowLzEuMQox\"}}",3600,null,null],["TaskStarted",5,1767225600000,4,"lambda","invoke.waitForTaskToken"],["TaskStarted",7,1767225600000,6,"lambda","invoke.waitForTaskToken"]]',1092959696);
INSERT INTO "turns" VALUES(21,10,2,NULL,'[["TaskStateEntered",0,1767225600000,0,"A","{\"fail\":true}",-1],["LambdaFunctionScheduled",2,1767225600000,2,"arn:aws:lambda:us-east-1:123456789012:function:again","{\"fail\":true}",null,null],["LambdaFunctionStarted",3,1767225600000,2]]',1395141448);
INSERT INTO "turns" VALUES(22,15,2,NULL,X'5B5B22576169745374617465456E7465726564222C302C313736373232353630303030302C302C2241222C227B5C22746578745C223A5C22EDA0805C227D222C2D315D5D',1496873863);
INSERT INTO "turns" VALUES(23,1,5,NULL,'[["LambdaFunctionSucceeded",4,1767225600000,2,"{\"n\":1}"],["TaskStateExited",5,1767225600000,2,"A","{\"n\":1}",null,null],["ExecutionSucceeded",6,1767225600000,2,"{\"n\":1}"]]',908299883);
INSERT INTO "turns" VALUES(24,2,7,'[[7,1767225600000,4,"retry","E","broken",0,1,5000]]','[["LambdaFunctionFailed",6,1767225600000,4,"E","broken"]]',1363991587);
INSERT INTO "turns" VALUES(25,5,5,NULL,'[["TaskSubmitted",4,1767225600000,2,"lambda","invoke.waitForTaskToken","{\"ExecutedVersion\":\"$LATEST\",\"Payload\":null,\"SdkHttpMetadata\":{\"AllHttpHeaders\":{\"X-Amz-Executed-Version\":[\"$LATEST\"],\"x-amzn-Remapped-Content-Length\":[\"0\"],\"Connection\":[\"keep-alive\"],\"x-amzn-RequestId\":[\"fab67f48-eee1-49b5-ad43-adebc136a673\"],\"Content-Length\":[\"4\"],\"Date\":[\"Thu, 01 Jan 2026 00:00:00 GMT\"],\"X-Amzn-Trace-Id\":[\"root=1-6955b900-fab67f48eee149b5ad43adeb;sampled=0\"],\"Content-Type\":[\"application/json\"]},\"HttpHeaders\":{\"X-Amz-Executed-Version\":\"$LATEST\",\"x-amzn-Remapped-Content-Length\":\"0\",\"Connection\":\"keep-alive\",\"x-amzn-RequestId\":\"fab67f48-eee1-49b5-ad43-adebc136a673\",\"Content-Length\":\"4\",\"Date\":\"Thu, 01 Jan 2026 00:00:00 GMT\",\"X-Amzn-Trace-Id\":\"root=1-6955b900-fab67f48eee149b5ad43adeb;sampled=0\",\"Content-Type\":\"application/json\"},\"HttpStatusCode\":200},\"SdkResponseMetadata\":{\"RequestId\":\"fab67f48-eee1-49b5-ad43-adebc136a673\"},\"StatusCode\":200}"]]',890213431);
INSERT INTO "turns" VALUES(26,6,5,NULL,'[["TaskSubmitted",4,1767225600000,2,"lambda","invoke.waitForTaskToken","{\"ExecutedVersion\":\"$LATEST\",\"Payload\":null,\"SdkHttpMetadata\":{\"AllHttpHeaders\":{\"X-Amz-Executed-Version\":[\"$LATEST\"],\"x-amzn-Remapped-Content-Length\":[\"0\"],\"Connection\":[\"keep-alive\"],\"x-amzn-RequestId\":[\"5c801bc1-b794-4029-9b7e-7f5e26f6a2dc\"],\"Content-Length\":[\"4\"],\"Date\":[\"Thu, 01 Jan 2026 00:00:00 GMT\"],\"X-Amzn-Trace-Id\":[\"root=1-6955b900-5c801bc1b79440299b7e7f5e;sampled=0\"],\"Content-Type\":[\"application/json\"]},\"HttpHeaders\":{\"X-Amz-Executed-Version\":\"$LATEST\",\"x-amzn-Remapped-Content-Length\":\"0\",\"Connection\":\"keep-alive\",\"x-amzn-RequestId\":\"5c801bc1-b794-4029-9b7e-7f5e26f6a2dc\",\"Content-Length\":\"4\",\"Date\":\"Thu, 01 Jan 2026 00:00:00 GMT\",\"X-Amzn-Trace-Id\":\"root=1-6955b900-5c801bc1b79440299b7e7f5e;sampled=0\",\"Content-Type\":\"application/json\"},\"HttpStatusCode\":200},\"SdkResponseMetadata\":{\"RequestId\":\"5c801bc1-b794-4029-9b7e-7f5e26f6a2dc\"},\"StatusCode\":200}"]]',1958711816);
INSERT INTO "turns" VALUES(27,9,10,NULL,'[["TaskSubmitted",8,1767225600000,4,"lambda","invoke.waitForTaskToken","{\"ExecutedVersion\":\"$LATEST\",\"Payload\":null,\"SdkHttpMetadata\":{\"AllHttpHeaders\":{\"X-Amz-Executed-Version\":[\"$LATEST\"],\"x-amzn-Remapped-Content-Length\":[\"0\"],\"Connection\":[\"keep-alive\"],\"x-amzn-RequestId\":[\"b196e35a-a00f-4af7-9ca2-499135829ca4\"],\"Content-Length\":[\"4\"],\"Date\":[\"Thu, 01 Jan 2026 00:00:00 GMT\"],\"X-Amzn-Trace-Id\":[\"root=1-6955b900-b196e35aa00f4af79ca24991;sampled=0\"],\"Content-Type\":[\"application/json\"]},\"HttpHeaders\":{\"X-Amz-Executed-Version\":\"$LATEST\",\"x-amzn-Remapped-Content-Length\":\"0\",\"Connection\":\"keep-alive\",\"x-amzn-RequestId\":\"b196e35a-a00f-4af7-9ca2-499135829ca4\",\"Content-Length\":\"4\",\"Date\":\"Thu, 01 Jan 2026 00:00:00 GMT\",\"X-Amzn-Trace-Id\":\"root=1-6955b900-b196e35aa00f4af79ca24991;sampled=0\",\"Content-Type\":\"application/json\"},\"HttpStatusCode\":200},\"SdkResponseMetadata\":{\"RequestId\":\"b196e35a-a00f-4af7-9ca2-499135829ca4\"},\"StatusCode\":200}"],["TaskSubmitted",9,1767225600000,6,"lambda","invoke.waitForTaskToken","{\"ExecutedVersion\":\"$LATEST\",\"Payload\":null,\"SdkHttpMetadata\":{\"AllHttpHeaders\":{\"X-Amz-Executed-Version\":[\"$LATEST\"],\"x-amzn-Remapped-Content-Length\":[\"0\"],\"Connection\":[\"keep-alive\"],\"x-amzn-RequestId\":[\"25427dc9-96fb-4650-8f13-34341ee44705\"],\"Content-Length\":[\"4\"],\"Date\":[\"Thu, 01 Jan 2026 00:00:00 GMT\"],\"X-Amzn-Trace-Id\":[\"root=1-6955b900-25427dc996fb46508f133434;sampled=0\"],\"Content-Type\":[\"application/json\"]},\"HttpHeaders\":{\"X-Amz-Executed-Version\":\"$LATEST\",\"x-amzn-Remapped-Content-Length\":\"0\",\"Connection\":\"keep-alive\",\"x-amzn-RequestId\":\"25427dc9-96fb-4650-8f13-34341ee44705\",\"Content-Length\":\"4\",\"Date\":\"Thu, 01 Jan 2026 00:00:00 GMT\",\"X-Amzn-Trace-Id\":\"root=1-6955b900-25427dc996fb46508f133434;sampled=0\",\"Content-Type\":\"application/json\"},\"HttpStatusCode\":200},\"SdkResponseMetadata\":{\"RequestId\":\"25427dc9-96fb-4650-8f13-34341ee44705\"},\"StatusCode\":200}"]]',3932015090);
INSERT INTO "turns" VALUES(28,10,5,'[[5,1767225600000,2,"retry","E","the first time",0,1,90000]]','[["LambdaFunctionFailed",4,1767225600000,2,"E","the first time"]]',2338619658);
INSERT INTO "turns" VALUES(29,2,8,NULL,'[["LambdaFunctionScheduled",7,1767225605000,4,"arn:aws:lambda:us-east-1:123456789012:function:broken","{\"n\":2}",null,null],["LambdaFunctionStarted",8,1767225605000,4]]',1586252143);
INSERT INTO "turns" VALUES(30,2,10,'[[10,1767225605000,4,"retry","E","broken",0,2,10000]]','[["LambdaFunctionFailed",9,1767225605000,4,"E","broken"]]',3409655252);
INSERT INTO "turns" VALUES(31,2,11,NULL,'[["LambdaFunctionScheduled",10,1767225615000,4,"arn:aws:lambda:us-east-1:123456789012:function:broken","{\"n\":2}",null,null],["LambdaFunctionStarted",11,1767225615000,4]]',3593313700);
INSERT INTO "turns" VALUES(32,2,13,'[[13,1767225615000,4,"retry","E","broken",0,3,20000]]','[["LambdaFunctionFailed",12,1767225615000,4,"E","broken"]]',1533255185);
INSERT INTO "turns" VALUES(33,2,14,NULL,'[["LambdaFunctionScheduled",13,1767225635000,4,"arn:aws:lambda:us-east-1:123456789012:function:broken","{\"n\":2}",null,null],["LambdaFunctionStarted",14,1767225635000,4]]',2808502325);
INSERT INTO "turns" VALUES(34,2,16,NULL,'[["LambdaFunctionFailed",15,1767225635000,4,"E","broken"],["ExecutionFailed",16,1767225635000,0,"E","broken"]]',3377838456);
INSERT INTO "turns" VALUES(35,8,8,NULL,'[["WaitStateExited",6,1767225660000,6,"Nap","{\"n\":0}",null,null],["TaskStateEntered",8,1767225660000,2,"Do","{\"n\":0}",0],["LambdaFunctionScheduled",9,1767225660000,9,"arn:aws:lambda:us-east-1:123456789012:function:again","{\"n\":0}",null,null],["LambdaFunctionStarted",10,1767225660000,9],["WaitStateExited",7,1767225660000,7,"Nap","{\"n\":1}",null,null],["TaskStateEntered",12,1767225660000,2,"Do","{\"n\":1}",1],["LambdaFunctionScheduled",13,1767225660000,13,"arn:aws:lambda:us-east-1:123456789012:function:again","{\"n\":1}",null,null],["LambdaFunctionStarted",14,1767225660000,13]]',1300872019);
INSERT INTO "turns" VALUES(36,8,16,NULL,'[["LambdaFunctionSucceeded",11,1767225660000,9,"{\"n\":0}"],["TaskStateExited",16,1767225660000,9,"Do","{\"n\":0}",null,null],["MapIterationSucceeded",17,1767225660000,2,"M",0],["MapIterationStarted",17,1767225660000,2,"M",2],["WaitStateEntered",19,1767225660000,2,"Nap","{\"n\":2}",2],["LambdaFunctionSucceeded",15,1767225660000,13,"{\"n\":1}"],["TaskStateExited",21,1767225660000,13,"Do","{\"n\":1}",null,null],["MapIterationSucceeded",22,1767225660000,2,"M",1],["MapIterationStarted",22,1767225660000,2,"M",3],["WaitStateEntered",24,1767225660000,2,"Nap","{\"n\":3}",3]]',2368130427);
INSERT INTO "turns" VALUES(37,3,3,NULL,'[["ExecutionAborted",0,1767225660000,0,"E","stopped"]]',3055255524);
INSERT INTO "turns" VALUES(38,11,1,NULL,'[["ExecutionStarted",0,1767225600000,0,"{\"n\":9,\"dies\":true}","arn:aws:iam::123456789012:role/aslkit"]]',3057160534);
INSERT INTO "turns" VALUES(39,11,2,NULL,'[["TaskStateEntered",0,1767225660000,0,"A","{\"n\":9,\"dies\":true}",-1],["LambdaFunctionScheduled",2,1767225660000,2,"arn:aws:lambda:us-east-1:123456789012:function:again","{\"n\":9,\"dies\":true}",null,null],["LambdaFunctionStarted",3,1767225660000,2]]',513554377);
INSERT INTO "turns" VALUES(40,12,1,NULL,'[["ExecutionStarted",0,1767225600000,0,"{\"n\":10,\"dies\":true}","arn:aws:iam::123456789012:role/aslkit"]]',2869206191);
INSERT INTO "turns" VALUES(41,12,2,NULL,'[["TaskStateEntered",0,1767225660000,0,"A","{\"n\":10,\"dies\":true}",-1],["LambdaFunctionScheduled",2,1767225660000,2,"arn:aws:lambda:us-east-1:123456789012:function:once","{\"n\":10,\"dies\":true}",null,null],["LambdaFunctionStarted",3,1767225660000,2]]',603796262);
INSERT INTO "turns" VALUES(42,13,1,NULL,'[["ExecutionStarted",0,1767225600000,0,"{\"n\":11,\"dies\":true}","arn:aws:iam::123456789012:role/aslkit"]]',3285254070);
INSERT INTO "turns" VALUES(43,13,2,NULL,'[["TaskStateEntered",0,1767225660000,0,"A","{\"n\":11,\"dies\":true}",-1],["LambdaFunctionScheduled",2,1767225660000,2,"arn:aws:lambda:us-east-1:123456789012:function:once","{\"n\":11,\"dies\":true}",null,null],["LambdaFunctionStarted",3,1767225660000,2]]',948125404);
INSERT INTO "turns" VALUES(44,14,1,NULL,'[["ExecutionStarted",0,1767225600000,0,"{\"n\":12}","arn:aws:iam::123456789012:role/aslkit"]]',1277345976);
CREATE TABLE workers (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    host    TEXT NOT NULL,
    pid     INTEGER NOT NULL,
    expires INTEGER NOT NULL
);
INSERT INTO "workers" VALUES(1,'here',1,1767225675000);
INSERT INTO "workers" VALUES(2,'here',1,1767225675000);
INSERT INTO "workers" VALUES(3,'here',1,1767225675000);
INSERT INTO "workers" VALUES(4,'here',1,1767225675000);
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
INSERT INTO "sqlite_sequence" VALUES('workers',4);
INSERT INTO "sqlite_sequence" VALUES('activity_tasks',1);
INSERT INTO "sqlite_sequence" VALUES('messages',1);
INSERT INTO "sqlite_sequence" VALUES('documents',1);
COMMIT;
