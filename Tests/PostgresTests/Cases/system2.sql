-- Statements of tutorials, a session each; compared with the real server.

### -q
CREATE TABLE t (id int PRIMARY KEY, v text);
BEGIN; INSERT INTO t VALUES (1,'a'); SAVEPOINT s1; INSERT INTO t VALUES (1,'b'); ROLLBACK TO s1; INSERT INTO t VALUES (2,'c'); RELEASE s1; COMMIT; SELECT * FROM t;
BEGIN; SELECT 1/0; SELECT 1; COMMIT;
ROLLBACK;
COMMIT;
BEGIN; BEGIN; ROLLBACK TO nope; ROLLBACK;
START TRANSACTION ISOLATION LEVEL SERIALIZABLE READ ONLY; SHOW transaction_isolation; SHOW transaction_read_only; INSERT INTO t VALUES (9,'x'); END;
SET TRANSACTION ISOLATION LEVEL REPEATABLE READ;
BEGIN; SELECT 1; SET TRANSACTION ISOLATION LEVEL SERIALIZABLE; ABORT;
SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY; INSERT INTO t VALUES (5,'x'); SHOW default_transaction_read_only; SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE;
SAVEPOINT a;
CREATE TABLE dd (id int UNIQUE DEFERRABLE INITIALLY DEFERRED); INSERT INTO dd VALUES (1),(2); BEGIN; UPDATE dd SET id = 2 WHERE id = 1; COMMIT; BEGIN; UPDATE dd SET id = id + 1; COMMIT; SELECT * FROM dd ORDER BY 1; SET CONSTRAINTS ALL DEFERRED;
PREPARE q(int) AS SELECT * FROM t WHERE id = $1; EXECUTE q(1); EXECUTE q(2); EXECUTE q; EXECUTE q('x'); SELECT name, statement, parameter_types FROM pg_prepared_statements; DEALLOCATE q; EXECUTE q(1); PREPARE q AS SELECT 1; PREPARE q AS SELECT 2; DEALLOCATE ALL;
PREPARE ins AS INSERT INTO t VALUES ($1,$2) RETURNING *; EXECUTE ins(50,'fifty');
BEGIN; DECLARE c SCROLL CURSOR FOR SELECT * FROM generate_series(1,10) g; FETCH 2 FROM c; FETCH NEXT FROM c; MOVE 3 IN c; FETCH c; FETCH BACKWARD 2 FROM c; FETCH FIRST FROM c; FETCH LAST FROM c; FETCH ABSOLUTE 5 FROM c; FETCH RELATIVE -2 FROM c; FETCH ALL FROM c; FETCH PRIOR c; SELECT name, statement, is_scrollable FROM pg_cursors; CLOSE c; FETCH c; ROLLBACK;
DECLARE c CURSOR FOR SELECT 1;
SELECT pg_advisory_lock(1), pg_try_advisory_lock(2), pg_advisory_unlock(1), pg_advisory_unlock(5);
LOCK TABLE t IN ACCESS EXCLUSIVE MODE;
BEGIN; CREATE TABLE rb (a int); ROLLBACK; SELECT * FROM rb;
BEGIN; TRUNCATE t; ROLLBACK; SELECT count(*) FROM t;
DISCARD ALL;
BEGIN; COMMIT AND CHAIN; ROLLBACK; 
SELECT 1; SELECT 2/0; SELECT 3;

### -q
SHOW nope; SET nope = 1; SET my.var = 'x'; SHOW my.var; SELECT current_setting('my.var'), current_setting('nope', true), set_config('my.var','y',false), current_setting('my.other',true);
SELECT current_setting('nope');
SET work_mem = '64MB'; SHOW work_mem; SET work_mem = 'abc'; SET work_mem = '1kB'; SET work_mem TO DEFAULT; RESET work_mem; SET LOCAL work_mem = '5MB'; BEGIN; SET LOCAL work_mem='5MB'; SHOW work_mem; COMMIT; SHOW work_mem; SET work_mem = 10; SHOW work_mem;
SET max_connections = 5; SET statement_timeout = '5s'; SHOW statement_timeout; SET statement_timeout = 0; SET enable_seqscan = off; SHOW enable_seqscan; SET enable_seqscan = maybe; SET client_min_messages = warning; DROP TABLE IF EXISTS nope; RESET ALL; SET server_version = '1';
SELECT name, setting, unit, context, vartype, min_val, max_val, boot_val, reset_val FROM pg_settings WHERE name IN ('work_mem','max_connections','shared_buffers','autovacuum','log_statement','port','wal_level','random_page_cost','checkpoint_timeout') ORDER BY name;
ALTER SYSTEM SET work_mem = '8MB'; SELECT pg_reload_conf(); ALTER SYSTEM RESET ALL; ALTER DATABASE lab SET work_mem='7MB'; ALTER ROLE postgres IN DATABASE lab SET search_path = public;

### -q
CREATE TABLE c (id int, name text, amt numeric, d date);
COPY c FROM STDIN;
1	Ann	1.5	2024-01-01
2	\N	\N	\N
3	a\tb	3	2024-02-02
\.
COPY c FROM STDIN WITH (FORMAT csv, HEADER);
id,name,amt,d
4,"x, ""y""",5,2024-03-03
5,,,
6,"",1,
\.
COPY c TO STDOUT; 
COPY c TO STDOUT WITH CSV HEADER;
COPY c (id,name) TO STDOUT WITH (FORMAT csv, DELIMITER ';', NULL 'NULL', FORCE_QUOTE (name));
COPY c TO STDOUT CSV FORCE QUOTE *;
COPY c TO STDOUT WITH (DELIMITER '|', NULL '-', HEADER);
COPY (SELECT id, upper(name) u FROM c WHERE id < 3 ORDER BY id) TO STDOUT WITH (FORMAT csv, HEADER true, QUOTE '''');
COPY c FROM STDIN CSV;
7,bad,notnum,2024-01-01
\.
COPY c FROM STDIN CSV;
7,bad
\.
COPY c FROM STDIN CSV;
7,bad,1,2024-01-01,extra
\.
COPY c FROM STDIN;
x	y	1	2024-01-01
\.
COPY c FROM STDIN WITH (FORMAT csv, HEADER match);
id,nom,amt,d
\.
COPY c(id) FROM STDIN;
10
11
\.
COPY nope FROM STDIN;
COPY c (nope) TO STDOUT;
COPY c TO STDOUT WITH (FORMAT xml);
COPY c TO STDOUT (DELIMITER 'ab');
COPY c FROM STDIN (FORMAT csv, FORCE_NULL (name), FORCE_NOT_NULL (d), ESCAPE '\', QUOTE '"', ENCODING 'utf8', FREEZE false, NULL '');
20,"",1,2024-01-01
\.
SELECT * FROM c ORDER BY id;
CREATE TABLE cu (id int PRIMARY KEY); 
COPY cu FROM STDIN;
1
1
\.
COPY c FROM STDIN WHERE id > 30;
29	a	1	\N
31	b	1	\N
\.

### -q
CREATE TABLE a (id serial PRIMARY KEY, n text NOT NULL DEFAULT 'x', v varchar(10), p numeric(8,2)); CREATE TABLE b (id int PRIMARY KEY, aid int REFERENCES a(id) ON DELETE CASCADE, CONSTRAINT pos CHECK (id > 0)); CREATE INDEX a_n ON a(n); CREATE VIEW av AS SELECT id FROM a; INSERT INTO a(n) SELECT 'r'||g FROM generate_series(1,100) g;
SELECT relname, relkind, relnatts, relhasindex FROM pg_class WHERE relnamespace = 'public'::regnamespace ORDER BY 1;
SELECT attname, atttypid::regtype, attnum, attnotnull, atthasdef, atttypmod FROM pg_attribute WHERE attrelid = 'a'::regclass AND attnum > 0 ORDER BY attnum;
SELECT conname, contype, conrelid::regclass, confrelid::regclass, confdeltype, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid IN ('a'::regclass,'b'::regclass) ORDER BY 1;
SELECT schemaname, tablename, indexname, indexdef FROM pg_indexes WHERE schemaname='public' ORDER BY 3;
SELECT * FROM pg_tables WHERE schemaname='public' ORDER BY tablename;
SELECT viewname, viewowner, definition FROM pg_views WHERE schemaname='public';
SELECT column_name, data_type, is_nullable, column_default, character_maximum_length, numeric_precision, numeric_scale, ordinal_position, udt_name FROM information_schema.columns WHERE table_name='a' ORDER BY ordinal_position;
SELECT table_name, table_type FROM information_schema.tables WHERE table_schema='public' ORDER BY 1;
SELECT constraint_name, constraint_type, table_name FROM information_schema.table_constraints WHERE table_schema='public' AND constraint_type <> 'CHECK' ORDER BY 1;
SELECT tc.constraint_name, kcu.column_name, ccu.table_name AS ft, ccu.column_name AS fc FROM information_schema.table_constraints tc JOIN information_schema.key_column_usage kcu USING (constraint_name) JOIN information_schema.constraint_column_usage ccu USING (constraint_name) WHERE tc.constraint_type='FOREIGN KEY';
SELECT constraint_name, update_rule, delete_rule, unique_constraint_name FROM information_schema.referential_constraints;
SELECT constraint_name, check_clause FROM information_schema.check_constraints WHERE constraint_name='pos';
SELECT pg_relation_size('a'), pg_table_size('a'), pg_indexes_size('a'), pg_total_relation_size('a'), pg_size_pretty(pg_total_relation_size('a')), pg_relation_size('av');
ANALYZE a; SELECT reltuples, relpages FROM pg_class WHERE relname='a';
SELECT nspname FROM pg_namespace ORDER BY 1; SELECT schema_name FROM information_schema.schemata ORDER BY 1;
SELECT datname, datistemplate, datallowconn, datconnlimit, encoding, pg_encoding_to_char(encoding), datcollate FROM pg_database ORDER BY 1;
SELECT usename, usesuper, usecreatedb FROM pg_user; SELECT rolname FROM pg_authid ORDER BY 1 LIMIT 3; SELECT * FROM pg_tablespace ORDER BY 1; SELECT extname, extversion FROM pg_extension; SELECT amname, amtype FROM pg_am ORDER BY 1; SELECT lanname FROM pg_language ORDER BY 1;
SELECT typname, typtype, typlen, typcategory FROM pg_type WHERE typname IN ('int4','text','bool','numeric','jsonb','_int4','a','timestamptz') ORDER BY 1;
SELECT indexrelid::regclass, indisunique, indisprimary, indkey FROM pg_index WHERE indrelid='a'::regclass ORDER BY 1;
SELECT grantee, table_name, privilege_type FROM information_schema.table_privileges WHERE table_name='b' ORDER BY 3; SELECT routine_name FROM information_schema.routines WHERE routine_schema='public'; SELECT table_name, view_definition FROM information_schema.views WHERE table_schema='public';
