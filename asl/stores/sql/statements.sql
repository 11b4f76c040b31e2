-- Every statement of the SQLite store. Lists of ids and of tokens come in as one JSON array.

-- ---------------------------------------------------------------------------------------------------------------------
-- Turns and starts

-- name: advance
UPDATE live SET
    version = version + 1, fence = ?, seen = wake, owner = ?, due = ?, wait = coalesce(?, wait), core_sum = ?,
    root_sum = coalesce(?, root_sum), core = ?, root = coalesce(?, root)
WHERE execution = ? AND fence = ? AND version = ? AND wake = ? AND running = 1

-- name: advance_unusually
UPDATE live SET
    version = version + 1, fence = :new_fence, seen = wake, wake = wake + :wake, running = :running, owner = :owner,
    due = :due, wait = CASE WHEN :drops THEN NULL ELSE coalesce(:wait, wait) END, core_sum = :core_sum,
    root_sum = CASE WHEN :drops THEN NULL ELSE coalesce(:root_sum, root_sum) END, core = :core,
    root = CASE WHEN :drops THEN NULL ELSE coalesce(:root, root) END
WHERE execution = :execution AND fence = :fence AND version = :version AND wake = :seen AND running = :was_running

-- name: add_execution
INSERT INTO executions (
    id, arn, machine, name, definition, status, start, stop, seed, role_arn, version_arn, alias_arn, parent,
    trace_header, redrive_count, redrive_date, redrives, error, cause, input, output,
    asked_sum, ended_sum, redriven_sum, input_sum, output_sum
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT DO NOTHING

-- name: add_express
INSERT INTO express (
    fence, owner, due, arn_sum, checksum, id, start, arn, machine, name, definition, seed, role_arn, version_arn,
    alias_arn, parent, trace_header, core, input
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT DO NOTHING

-- name: last_id
SELECT max(coalesce((SELECT max(id) FROM executions), 0), coalesce((SELECT max(id) FROM express), 0))

-- name: add_live
INSERT INTO live (execution, fence, version, wake, seen, running, owner, due, wait, core_sum, root_sum, core, root)
VALUES (?, ?, 1, 0, 0, ?, ?, ?, ?, ?, ?, ?, ?)

-- name: add_turn
INSERT INTO turns (execution, first, notes, events, checksum) VALUES (?, ?, ?, ?, ?)

-- name: put_frame
INSERT INTO frames (execution, frame, wait, data, checksum) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (execution, frame) DO UPDATE SET wait = excluded.wait, data = excluded.data, checksum = excluded.checksum

-- name: put_payload
REPLACE INTO payloads (execution, frame, text, checksum) VALUES (?, ?, ?, ?)

-- name: remove_frame
DELETE FROM frames WHERE execution = ? AND frame = ?

-- name: remove_payload
DELETE FROM payloads WHERE execution = ? AND frame = ?

-- name: remove_message
DELETE FROM messages WHERE id = ? AND execution = ?

-- name: queue_activity
INSERT INTO activity_tasks (activity, execution, frame, wait, token, input, checksum) VALUES (?, ?, ?, ?, ?, ?, ?)

-- name: unqueue_activity
DELETE FROM activity_tasks WHERE execution = ? AND frame = ? AND wait = ?

-- name: end
UPDATE executions SET status = ?, stop = ?, output = ?, error = ?, cause = ?, ended_sum = ?, output_sum = ? WHERE id = ?

-- name: reopen
UPDATE executions SET
    status = 'RUNNING', stop = NULL, output = NULL, error = NULL, cause = NULL, redrive_count = ?, redrive_date = ?,
    redrives = ?, ended_sum = ?, redriven_sum = ?, output_sum = ?
WHERE id = ?

-- name: registered
SELECT id FROM workers

-- ---------------------------------------------------------------------------------------------------------------------
-- Messages

-- name: add_task_message
INSERT INTO messages (execution, kind, frame, wait, data, checksum)
SELECT :execution, :kind, :frame, :wait, :data, :checksum
FROM live WHERE execution = :execution AND running = 1 AND CASE
    WHEN :frame = '0' THEN wait = :wait
    ELSE EXISTS (SELECT 1 FROM frames WHERE execution = :execution AND frame = :frame AND wait = :wait)
END
ON CONFLICT DO NOTHING

-- name: add_message
INSERT INTO messages (execution, kind, frame, wait, data, checksum)
SELECT :execution, :kind, :frame, :wait, :data, :checksum
WHERE EXISTS (SELECT 1 FROM live WHERE execution = :execution AND running = 1)
    OR EXISTS (SELECT 1 FROM express WHERE id = :execution)

-- name: wake
UPDATE live SET wake = wake + 1, due = CASE WHEN owner IS NULL THEN 0 ELSE due END WHERE execution = ?

-- name: wake_express
UPDATE express SET wake = wake + 1, due = CASE WHEN owner IS NULL THEN 0 ELSE due END WHERE id = ?

-- name: exists
SELECT 1 FROM live WHERE execution = :execution UNION ALL SELECT 1 FROM express WHERE id = :execution

-- name: children
SELECT id FROM executions INDEXED BY executions_parent CROSS JOIN live ON execution = id
WHERE parent IN (SELECT value FROM json_each(:parents)) AND parent IS NOT NULL AND running = 1
UNION ALL
SELECT id FROM express INDEXED BY express_parent
WHERE parent IN (SELECT value FROM json_each(:parents)) AND parent IS NOT NULL
ORDER BY id

-- ---------------------------------------------------------------------------------------------------------------------
-- Removing executions

-- name: end_express
DELETE FROM express WHERE id = ? AND fence = ? AND wake = 0

-- name: end_woken_express
DELETE FROM express WHERE id = ? AND fence = ?

-- name: remove_execution
DELETE FROM executions WHERE id = ?

-- name: remove_live
DELETE FROM live WHERE execution = ?

-- name: remove_events
DELETE FROM turns WHERE execution = ? AND events IS NOT NULL

-- name: remove_notes
DELETE FROM turns WHERE execution = ? AND notes IS NOT NULL

-- name: remove_frames
DELETE FROM frames WHERE execution = ?

-- name: remove_payloads
DELETE FROM payloads WHERE execution = ?

-- name: remove_messages
DELETE FROM messages WHERE execution = ?

-- name: remove_activities
DELETE FROM activity_tasks WHERE execution = ?

-- ---------------------------------------------------------------------------------------------------------------------
-- Reading executions

-- name: execution_by_arn
SELECT
    id, arn, machine, name, 0, definition, status, start, stop, seed, role_arn, version_arn, alias_arn, parent,
    trace_header, redrive_count, redrive_date, redrives, error, cause, input, output,
    asked_sum, ended_sum, redriven_sum, input_sum, output_sum
FROM executions WHERE arn = ? ORDER BY id DESC LIMIT 1

-- name: execution_by_id
SELECT
    id, arn, machine, name, 0, definition, status, start, stop, seed, role_arn, version_arn, alias_arn, parent,
    trace_header, redrive_count, redrive_date, redrives, error, cause, input, output,
    asked_sum, ended_sum, redriven_sum, input_sum, output_sum
FROM executions WHERE id = ?

-- name: express_by_arn
SELECT
    id, arn, machine, name, 1, definition, 'RUNNING', start, NULL, seed, role_arn, version_arn, alias_arn, parent,
    trace_header, 0, NULL, NULL, NULL, NULL, input, NULL, core, checksum
FROM express WHERE arn_sum = ?

-- name: express_by_id
SELECT
    id, arn, machine, name, 1, definition, 'RUNNING', start, NULL, seed, role_arn, version_arn, alias_arn, parent,
    trace_header, 0, NULL, NULL, NULL, NULL, input, NULL, core, checksum
FROM express WHERE id = ?

-- name: execution_by_name
SELECT
    id, arn, machine, name, 0, definition, status, start, stop, seed, role_arn, version_arn, alias_arn, parent,
    trace_header, redrive_count, redrive_date, redrives, error, cause, input, output,
    asked_sum, ended_sum, redriven_sum, input_sum, output_sum
FROM executions WHERE machine = ? AND name = ?

-- name: list_executions
SELECT
    id, arn, machine, name, 0, definition, status, start, stop, seed, role_arn, version_arn, alias_arn, parent,
    trace_header, redrive_count, redrive_date, redrives, error, asked_sum, ended_sum, redriven_sum
FROM executions
WHERE id < ? ORDER BY id DESC LIMIT ?

-- name: list_executions_with_status
SELECT
    id, arn, machine, name, 0, definition, status, start, stop, seed, role_arn, version_arn, alias_arn, parent,
    trace_header, redrive_count, redrive_date, redrives, error, asked_sum, ended_sum, redriven_sum
FROM executions NOT INDEXED
WHERE status = ? AND id < ? ORDER BY id DESC LIMIT ?

-- name: list_executions_of_machine
SELECT
    id, arn, machine, name, 0, definition, status, start, stop, seed, role_arn, version_arn, alias_arn, parent,
    trace_header, redrive_count, redrive_date, redrives, error, asked_sum, ended_sum, redriven_sum
FROM executions INDEXED BY executions_status
WHERE status = ? AND machine = ? AND id < ? ORDER BY id DESC LIMIT ?

-- name: list_executions_of_version
SELECT
    id, arn, machine, name, 0, definition, status, start, stop, seed, role_arn, version_arn, alias_arn, parent,
    trace_header, redrive_count, redrive_date, redrives, error, asked_sum, ended_sum, redriven_sum
FROM executions INDEXED BY executions_version
WHERE version_arn = :version_arn AND (:alias_arn IS NULL OR alias_arn = :alias_arn)
    AND (:machine IS NULL OR machine = :machine) AND (:status IS NULL OR status = :status)
    AND id < :before ORDER BY id DESC LIMIT :limit

-- name: list_executions_of_alias
SELECT
    id, arn, machine, name, 0, definition, status, start, stop, seed, role_arn, version_arn, alias_arn, parent,
    trace_header, redrive_count, redrive_date, redrives, error, asked_sum, ended_sum, redriven_sum
FROM executions INDEXED BY executions_alias
WHERE alias_arn = :alias_arn AND (:machine IS NULL OR machine = :machine) AND (:status IS NULL OR status = :status)
    AND id < :before ORDER BY id DESC LIMIT :limit

-- name: open_executions
SELECT id FROM executions WHERE status = 'RUNNING' UNION ALL SELECT id FROM express ORDER BY id

-- name: open_executions_of_machine
SELECT id FROM executions WHERE status = 'RUNNING' AND machine = :machine
UNION ALL SELECT id FROM express WHERE machine = :machine
ORDER BY id

-- name: events_upwards
SELECT execution, first, notes, events, checksum FROM turns
WHERE execution = :id AND events IS NOT NULL AND first >= coalesce(
    (SELECT max(first) FROM turns WHERE execution = :id AND events IS NOT NULL AND first <= :first), 0)
ORDER BY first

-- name: events_downwards
SELECT execution, first, notes, events, checksum FROM turns
WHERE execution = :id AND events IS NOT NULL AND first <= :first ORDER BY first DESC

-- name: notes
SELECT execution, first, notes, events, checksum FROM turns WHERE execution = ? AND notes IS NOT NULL ORDER BY id

-- name: held_executions
SELECT
    id, arn, machine, name, 0, definition, status, start, stop, seed, role_arn, version_arn, alias_arn, parent,
    trace_header, redrive_count, redrive_date, redrives, error, cause, input, output,
    asked_sum, ended_sum, redriven_sum, input_sum, output_sum,
    fence, version, wake, owner, due, running, wait, core, root, core_sum, root_sum
FROM (SELECT value FROM json_each(?)) AS wanted
    CROSS JOIN executions ON executions.id = wanted.value LEFT JOIN live ON live.execution = wanted.value

-- name: held_express
SELECT
    id, arn, machine, name, 1, definition, 'RUNNING', start, NULL, seed, role_arn, version_arn, alias_arn, parent,
    trace_header, 0, NULL, NULL, NULL, NULL, input, NULL, core, checksum, fence, wake, owner, due
FROM (SELECT value FROM json_each(?)) AS wanted CROSS JOIN express ON express.id = wanted.value

-- name: held_frames
SELECT execution, frame, wait, data, checksum
FROM (SELECT value FROM json_each(?)) AS wanted CROSS JOIN frames ON execution = wanted.value

-- name: held_payloads
SELECT execution, frame, text, checksum
FROM (SELECT value FROM json_each(?)) AS wanted CROSS JOIN payloads ON execution = wanted.value

-- name: held_messages
SELECT execution, kind, frame, wait, data, messages.id, checksum
FROM (SELECT value FROM json_each(?)) AS wanted CROSS JOIN messages ON execution = wanted.value
ORDER BY messages.id

-- ---------------------------------------------------------------------------------------------------------------------
-- Workers

-- name: add_worker
INSERT INTO workers (host, pid, expires) VALUES (?, ?, ?)

-- name: beat
UPDATE workers SET expires = ? WHERE id = ?

-- name: workers
SELECT id, host, pid, expires FROM workers ORDER BY id

-- name: remove_worker
DELETE FROM workers WHERE id = ?

-- name: is_registered
SELECT 1 FROM workers WHERE id = ?

-- name: bury
UPDATE live SET owner = NULL, fence = fence + 1, due = 0
WHERE execution IN (SELECT id FROM executions WHERE status = 'RUNNING') AND owner = ?

-- name: bury_express
UPDATE express SET owner = NULL, fence = fence + 1, due = 0 WHERE owner = ?

-- name: bury_ended
UPDATE live SET owner = NULL, fence = fence + 1 WHERE owner = ? AND wake <> seen AND running = 0

-- name: owned
SELECT execution FROM live WHERE owner = :worker AND running = 1
UNION ALL SELECT id FROM express WHERE owner = :worker
ORDER BY 1

-- name: release
UPDATE live SET owner = NULL, fence = fence + 1, due = CASE WHEN running = 1 THEN 0 END WHERE execution = ? AND owner = ?

-- name: release_express
UPDATE express SET owner = NULL, fence = fence + 1, due = 0 WHERE id = ? AND owner = ?

-- name: due
SELECT due, execution, 0 FROM live WHERE owner IS NULL AND due IS NOT NULL AND due <= :now
UNION ALL SELECT due, id, 1 FROM express WHERE owner IS NULL AND due IS NOT NULL AND due <= :now
ORDER BY 1, 2 LIMIT :limit

-- name: due_with_definition
SELECT due, execution, 0, definition FROM live CROSS JOIN executions ON id = execution
WHERE owner IS NULL AND due IS NOT NULL AND due <= :now
UNION ALL SELECT due, id, 1, definition FROM express WHERE owner IS NULL AND due IS NOT NULL AND due <= :now
ORDER BY 1, 2

-- name: own
UPDATE live SET owner = ?, fence = fence + 1 WHERE execution = ?

-- name: put_aside
UPDATE live SET owner = NULL, due = NULL WHERE execution = ?

-- name: put_aside_express
UPDATE express SET owner = NULL, due = NULL WHERE id = ?

-- name: own_express
UPDATE express SET owner = ?, fence = fence + 1 WHERE id = ?

-- name: attention
SELECT execution FROM live WHERE owner = :worker AND wake <> seen
UNION ALL SELECT id FROM express WHERE owner = :worker AND wake > 0
ORDER BY 1

-- name: next_due
SELECT due FROM live WHERE owner IS NULL AND due IS NOT NULL
UNION ALL SELECT due FROM express WHERE owner IS NULL AND due IS NOT NULL
ORDER BY 1 LIMIT 1

-- name: next_due_with_definition
SELECT due, execution, definition FROM live CROSS JOIN executions ON id = execution
WHERE owner IS NULL AND due IS NOT NULL
UNION ALL SELECT due, id, definition FROM express WHERE owner IS NULL AND due IS NOT NULL
ORDER BY 1

-- ---------------------------------------------------------------------------------------------------------------------
-- Activities

-- name: next_activity
SELECT id, activity, execution, frame, wait, token, input, checksum FROM activity_tasks
WHERE activity = ? AND id > ? ORDER BY id LIMIT 1

-- name: remove_activity
DELETE FROM activity_tasks WHERE id = ?

-- ---------------------------------------------------------------------------------------------------------------------
-- Documents, definitions, log

-- name: document
SELECT kind, name, revision, body, checksum FROM documents WHERE kind = ? AND name = ?

-- name: revision
SELECT revision, made FROM documents WHERE kind = ? AND name = ?

-- name: documents
SELECT kind, name, revision, body, checksum FROM documents WHERE kind = ? ORDER BY made

-- name: remove_document
DELETE FROM documents WHERE kind = ? AND name = ? AND revision = ?

-- name: add_document
INSERT INTO documents (made, kind, name, body, checksum) VALUES (?, ?, ?, ?, ?)

-- name: made_now
UPDATE documents SET made = revision WHERE revision = ?

-- name: put_definition
INSERT INTO definitions (digest, put, text, checksum) VALUES (?, ?, ?, ?)
ON CONFLICT (digest) DO UPDATE SET put = max(put, excluded.put)

-- name: last_put
SELECT put FROM definitions WHERE digest = ?

-- name: definition
SELECT digest, text, checksum FROM definitions WHERE digest = ?

-- name: add_log
INSERT INTO log (machine, arn, time, event, checksum) VALUES (?, ?, ?, ?, ?)

-- name: log
SELECT id, machine, arn, time, event, checksum FROM log WHERE machine = ? AND id > ? ORDER BY id LIMIT ?

-- ---------------------------------------------------------------------------------------------------------------------
-- Housekeeping

-- name: ended
SELECT
    id, arn, machine, name, 0, definition, status, start, stop, seed, role_arn, version_arn, alias_arn, parent,
    trace_header, redrive_count, redrive_date, redrives, error, asked_sum, ended_sum, redriven_sum
FROM executions
WHERE id > :after AND stop < :before AND status <> 'RUNNING' AND (:machine IS NULL OR machine = :machine)
ORDER BY id LIMIT :limit

-- name: old_lines
SELECT id, machine, arn, time, event, checksum FROM log
WHERE id > :after AND time < :before AND (:machine IS NULL OR machine = :machine) ORDER BY id LIMIT :limit

-- name: remove_line
DELETE FROM log WHERE id = ?

-- name: unused_definitions
SELECT digest FROM definitions
WHERE put < ? AND digest NOT IN (SELECT definition FROM executions)
    AND digest NOT IN (SELECT definition FROM express)
    AND NOT EXISTS (SELECT 1 FROM documents WHERE instr(body, digest) > 0)

-- name: remove_definition
DELETE FROM definitions WHERE digest = ?

-- name: check_turns
SELECT execution, first, notes, events, checksum FROM turns ORDER BY execution, first

-- name: check_executions
SELECT
    id, arn, machine, name, 0, definition, status, start, stop, seed, role_arn, version_arn, alias_arn, parent,
    trace_header, redrive_count, redrive_date, redrives, error, cause, input, output,
    asked_sum, ended_sum, redriven_sum, input_sum, output_sum
FROM executions

-- name: check_live
SELECT execution, running, wait, core, root, core_sum, root_sum FROM live

-- name: check_express
SELECT
    id, arn, machine, name, 1, definition, 'RUNNING', start, NULL, seed, role_arn, version_arn, alias_arn, parent,
    trace_header, 0, NULL, NULL, NULL, NULL, input, NULL, core, checksum
FROM express

-- name: check_frames
SELECT execution, frame, wait, data, checksum FROM frames

-- name: check_payloads
SELECT execution, frame, text, checksum FROM payloads

-- name: check_messages
SELECT execution, kind, frame, wait, data, id, checksum FROM messages

-- name: check_activity_tasks
SELECT id, activity, execution, frame, wait, token, input, checksum FROM activity_tasks

-- name: check_documents
SELECT kind, name, revision, body, checksum FROM documents

-- name: check_texts
SELECT digest, text, checksum FROM definitions

-- name: check_log
SELECT id, machine, arn, time, event, checksum FROM log

-- name: check_running
SELECT 'execution ' || e.id || ' is ' || e.status || ' but has ' ||
    CASE WHEN l.execution IS NULL THEN 'no row in live' WHEN l.running = 1 THEN 'a running row in live'
         ELSE 'no running row in live' END
FROM executions AS e LEFT JOIN live AS l ON l.execution = e.id
WHERE l.execution IS NULL OR l.running <> (e.status = 'RUNNING')

-- name: check_ended
SELECT 'execution ' || e.id || ' has ended but is due' FROM executions AS e JOIN live AS l ON l.execution = e.id
WHERE l.running = 0 AND l.due IS NOT NULL

-- name: check_twice
SELECT 'execution ' || id || ' is both Standard and Express' FROM express WHERE id IN (SELECT id FROM executions)

-- name: check_asleep
SELECT 'execution ' || execution || ' has an unread message, no owner, and is not due' FROM live
WHERE owner IS NULL AND running = 1 AND due IS NULL AND wake <> seen
    AND EXISTS (SELECT 1 FROM messages WHERE messages.execution = live.execution)
UNION ALL
SELECT 'execution ' || id || ' has an unread message, no owner, and is not due' FROM express
WHERE owner IS NULL AND due IS NULL AND wake > 0 AND EXISTS (SELECT 1 FROM messages WHERE execution = express.id)

-- name: check_owners
SELECT 'execution ' || execution || ' belongs to worker ' || owner || ', which does not exist' FROM live
WHERE running = 1 AND owner IS NOT NULL AND owner NOT IN (SELECT id FROM workers)
UNION ALL
SELECT 'execution ' || id || ' belongs to worker ' || owner || ', which does not exist' FROM express
WHERE owner IS NOT NULL AND owner NOT IN (SELECT id FROM workers)

-- name: check_definitions
SELECT 'execution ' || id || ' runs definition ' || definition || ', which does not exist'
FROM (SELECT id, definition FROM executions UNION ALL SELECT id, definition FROM express)
WHERE definition NOT IN (SELECT digest FROM definitions)

-- name: check_strays
SELECT DISTINCT 'live has rows of execution ' || execution || ', which does not exist' FROM live
WHERE execution NOT IN (SELECT id FROM executions)
UNION ALL
SELECT DISTINCT 'turns has rows of execution ' || execution || ', which does not exist' FROM turns
WHERE execution NOT IN (SELECT id FROM executions)
UNION ALL
SELECT DISTINCT 'frames has rows of execution ' || execution || ', which does not exist' FROM frames
WHERE execution NOT IN (SELECT id FROM executions)
UNION ALL
SELECT DISTINCT 'messages has rows of execution ' || execution || ', which does not exist' FROM messages
WHERE execution NOT IN (SELECT id FROM executions) AND execution NOT IN (SELECT id FROM express)
UNION ALL
SELECT DISTINCT 'activity_tasks has rows of execution ' || execution || ', which does not exist' FROM activity_tasks
WHERE execution NOT IN (SELECT id FROM executions)
UNION ALL
SELECT DISTINCT 'payloads has rows of frame ' || execution || '/' || frame || ', which does not exist' FROM payloads AS p
WHERE NOT EXISTS (SELECT 1 FROM frames AS f WHERE f.execution = p.execution AND f.frame = p.frame)
    AND NOT (frame = '0' AND EXISTS (SELECT 1 FROM live AS l WHERE l.execution = p.execution AND root IS NOT NULL))
