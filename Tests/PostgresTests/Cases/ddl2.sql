-- Statements of tutorials, a session each; compared with the real server.

### -q
CREATE TABLE customers (id serial PRIMARY KEY, name varchar(50) NOT NULL, email text UNIQUE, created_at timestamp DEFAULT now(), balance numeric(10,2) DEFAULT 0 CHECK (balance >= 0));
\d customers
CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, customer_id int NOT NULL REFERENCES customers(id) ON DELETE CASCADE ON UPDATE RESTRICT, total numeric, qty int, price numeric(6,2), amount numeric GENERATED ALWAYS AS (qty * price) STORED, CONSTRAINT qty_positive CHECK (qty > 0));
\d orders
\d+ orders
\d orders_id_seq
\d customers_id_seq
\d customers_pkey
INSERT INTO customers(name,email,balance) VALUES ('Ann','ann@x.org',10),('Bob','bob@x.org',DEFAULT) RETURNING id, name, balance;
INSERT INTO customers(name,email) VALUES ('Ann2','ann@x.org');
INSERT INTO customers(name) VALUES (repeat('x',51));
INSERT INTO orders(id,customer_id,qty,price) VALUES (5,1,1,2.5);
INSERT INTO orders(id,customer_id,qty,price) OVERRIDING SYSTEM VALUE VALUES (5,1,1,2.5);
INSERT INTO orders(customer_id,qty,price) VALUES (1,3,9.99),(2,1,100) RETURNING *;
INSERT INTO orders(customer_id,qty,price,amount) VALUES (1,3,9.99,3);
UPDATE orders SET amount = 3;
INSERT INTO orders(customer_id,qty,price) VALUES (99,3,9.99);
INSERT INTO orders(customer_id,qty,price) VALUES (1,0,9.99);
DELETE FROM customers WHERE id=1;
SELECT * FROM orders;
UPDATE customers SET id=10 WHERE id=2;
ALTER TABLE customers ADD COLUMN phone text;
ALTER TABLE customers ADD COLUMN IF NOT EXISTS phone text;
ALTER TABLE customers DROP COLUMN nope;
ALTER TABLE customers DROP COLUMN IF EXISTS nope;
ALTER TABLE customers RENAME COLUMN phone TO telephone;
ALTER TABLE customers ALTER COLUMN name TYPE text;
ALTER TABLE customers ALTER COLUMN telephone SET DEFAULT 'none';
ALTER TABLE customers ALTER COLUMN telephone SET NOT NULL;
UPDATE customers SET telephone='1';
ALTER TABLE customers ALTER COLUMN telephone SET NOT NULL;
ALTER TABLE customers ALTER email TYPE integer;
ALTER TABLE customers ALTER email TYPE integer USING length(email);
ALTER TABLE customers ADD CONSTRAINT tel_len CHECK (length(telephone) > 2) NOT VALID;
ALTER TABLE customers VALIDATE CONSTRAINT tel_len;
ALTER TABLE customers ADD CONSTRAINT tel_len2 CHECK (length(telephone) > 2);
ALTER TABLE customers DROP CONSTRAINT tel_len;
ALTER TABLE customers DROP CONSTRAINT nope;
ALTER TABLE customers DROP CONSTRAINT customers_pkey;
ALTER TABLE customers DROP CONSTRAINT customers_pkey CASCADE;
\d customers
ALTER TABLE customers RENAME TO clients;
ALTER TABLE clients RENAME CONSTRAINT customers_email_key TO clients_email_key;
ALTER TABLE clients SET SCHEMA nope;
ALTER TABLE clients OWNER TO nobody;
ALTER TABLE nope ADD COLUMN a int;
ALTER TABLE IF EXISTS nope ADD COLUMN a int;
ALTER TABLE clients ADD PRIMARY KEY (id);
\d clients
CREATE TABLE clients (a int);
CREATE TABLE IF NOT EXISTS clients (a int);
DROP TABLE clients;
DROP TABLE IF EXISTS clients, nope CASCADE;
DROP TABLE nope;
CREATE TABLE t1 (a int, a int);
CREATE TABLE t1 (a nosuchtype);
CREATE TABLE t1 (a int PRIMARY KEY, b int PRIMARY KEY);
CREATE TABLE t1 (a int REFERENCES nope);
CREATE TABLE t1 (a int DEFAULT 'x');
CREATE TABLE t1 (a int CHECK (b > 0));
CREATE TABLE t1 (a int, b int, PRIMARY KEY (a,b), UNIQUE (b), FOREIGN KEY (c) REFERENCES t1(a));
CREATE TABLE t1 (a int, b int, PRIMARY KEY (a,b), UNIQUE (b));
CREATE TABLE t2 (a int REFERENCES t1(a));
CREATE TABLE t2 (a int, b int, FOREIGN KEY (a,b) REFERENCES t1 MATCH FULL ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED);
\d t2
\d t1
CREATE TABLE t3 (LIKE t1 INCLUDING ALL);
\d t3
CREATE TABLE t4 (LIKE t1 INCLUDING DEFAULTS EXCLUDING CONSTRAINTS, extra text COLLATE "C");
\d t4
CREATE TABLE t5 AS SELECT 1 AS one, 'x'::text AS two, now()::date AS d;
CREATE TABLE t6 (x,y) AS SELECT 1,2 WITH NO DATA;
\d t6
SELECT * INTO t7 FROM t5;
SELECT a, count(*) INTO TEMP t8 FROM t1 GROUP BY a;
\d t8
\dt
CREATE TEMP TABLE tmp1 (a int) ON COMMIT DELETE ROWS;
BEGIN; INSERT INTO tmp1 VALUES (1); SELECT * FROM tmp1; COMMIT; SELECT * FROM tmp1;
CREATE UNLOGGED TABLE ul (a int);
\d ul
CREATE TABLE w (a int) WITH (fillfactor=70, autovacuum_enabled=false);
\d+ w
ALTER TABLE w SET (fillfactor=80);
ALTER TABLE w RESET (fillfactor);
CREATE TABLE w2 (a int) WITH (nope=70);
TRUNCATE t1;
TRUNCATE t1 CASCADE;
TRUNCATE t1, t2 RESTART IDENTITY;
COMMENT ON TABLE t1 IS 'first table';
COMMENT ON COLUMN t1.a IS 'the a';
\d+ t1
\dt+ t1
SELECT obj_description('t1'::regclass), col_description('t1'::regclass, 1);
COMMENT ON TABLE nope IS 'x';
COMMENT ON COLUMN t1.zz IS 'x';

### -q
CREATE TABLE logs (id bigserial, ts timestamptz NOT NULL, level text, msg text) PARTITION BY RANGE (ts);
CREATE TABLE logs_2024 PARTITION OF logs FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE logs_2025 PARTITION OF logs FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE logs_bad PARTITION OF logs FOR VALUES FROM ('2025-06-01') TO ('2026-06-01');
CREATE TABLE logs_bad PARTITION OF logs FOR VALUES FROM ('2027-06-01') TO ('2026-06-01');
INSERT INTO logs(ts,level,msg) VALUES ('2024-05-05','info','a'),('2025-05-05','warn','b');
INSERT INTO logs(ts,level,msg) VALUES ('2030-05-05','info','a');
CREATE TABLE logs_def PARTITION OF logs DEFAULT;
INSERT INTO logs(ts,level,msg) VALUES ('2030-05-05','info','a');
SELECT tableoid::regclass, level, msg FROM logs ORDER BY ts;
\d logs
\d+ logs
\d logs_2024
\d+ logs_def
CREATE TABLE logs_2030 PARTITION OF logs FOR VALUES FROM ('2030-01-01') TO ('2031-01-01');
ALTER TABLE logs DETACH PARTITION logs_2024;
SELECT count(*) FROM logs;
ALTER TABLE logs ATTACH PARTITION logs_2024 FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
ALTER TABLE logs ATTACH PARTITION logs_2024 FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE INDEX ON logs (level);
\d logs_2024
CREATE TABLE cities (name text, country text) PARTITION BY LIST (country);
CREATE TABLE cities_fr PARTITION OF cities FOR VALUES IN ('FR','BE');
CREATE TABLE cities_de PARTITION OF cities FOR VALUES IN ('DE','FR');
CREATE TABLE cities_null PARTITION OF cities FOR VALUES IN (NULL);
INSERT INTO cities VALUES ('Paris','FR'),('x',NULL);
INSERT INTO cities VALUES ('Rome','IT');
INSERT INTO cities_fr VALUES ('Rome','IT');
\d+ cities
CREATE TABLE h (id int, v text) PARTITION BY HASH (id);
CREATE TABLE h0 PARTITION OF h FOR VALUES WITH (MODULUS 4, REMAINDER 0);
CREATE TABLE h1 PARTITION OF h FOR VALUES WITH (MODULUS 4, REMAINDER 1);
CREATE TABLE h2 PARTITION OF h FOR VALUES WITH (MODULUS 4, REMAINDER 2);
CREATE TABLE h3 PARTITION OF h FOR VALUES WITH (MODULUS 4, REMAINDER 3);
CREATE TABLE h4 PARTITION OF h FOR VALUES WITH (MODULUS 4, REMAINDER 3);
INSERT INTO h SELECT i, 'v'||i FROM generate_series(1,20) i;
SELECT tableoid::regclass, count(*) FROM h GROUP BY 1 ORDER BY 1;
\d h
\d+ h
\d h1
ALTER TABLE h ADD PRIMARY KEY (v);
ALTER TABLE h ADD PRIMARY KEY (id);
UPDATE h SET id = 100 WHERE id = 1;
SELECT tableoid::regclass, * FROM h WHERE id = 100;
DROP TABLE h;
CREATE TABLE parent (a int, b text);
CREATE TABLE child (c int) INHERITS (parent);
INSERT INTO parent VALUES (1,'p'); INSERT INTO child VALUES (2,'c',3);
SELECT * FROM parent ORDER BY a;
SELECT * FROM ONLY parent;
\d child
\d+ parent
ALTER TABLE parent ADD COLUMN z int DEFAULT 5;
SELECT * FROM child;
DROP TABLE parent;
DROP TABLE parent CASCADE;
CREATE TABLE m (a int, b int, c date) PARTITION BY RANGE (a, b);
CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (MINVALUE, MINVALUE) TO (10, 20);
CREATE TABLE m2 PARTITION OF m FOR VALUES FROM (10, 20) TO (MAXVALUE, MAXVALUE);
INSERT INTO m VALUES (10,19),(10,20),(5,500);
SELECT tableoid::regclass,* FROM m ORDER BY 1,2;
\d+ m
CREATE TABLE sub PARTITION OF m FOR VALUES FROM (1,1) TO (2,2) PARTITION BY LIST (c);
\dP
\dt

### -q
CREATE TABLE p (id int PRIMARY KEY, name text, price numeric(8,2), tags text[], data jsonb, created date);
CREATE INDEX p_name_idx ON p (name);
CREATE UNIQUE INDEX p_lower ON p (lower(name));
CREATE INDEX p_price ON p (price DESC NULLS LAST) WHERE price > 10;
CREATE INDEX CONCURRENTLY p_conc ON p (created);
CREATE INDEX IF NOT EXISTS p_conc ON p (created);
CREATE INDEX p_conc ON p (created);
CREATE INDEX p_gin ON p USING gin (tags);
CREATE INDEX p_data ON p USING gin (data jsonb_path_ops);
CREATE INDEX p_hash ON p USING hash (name);
CREATE INDEX p_multi ON p (name, price) INCLUDE (created);
CREATE INDEX p_expr ON p ((price * 2), (id + 1));
CREATE INDEX ON p (nope);
CREATE INDEX ON nope (a);
CREATE INDEX ON p USING nope (id);
CREATE INDEX p_pat ON p (name text_pattern_ops);
CREATE INDEX p_brin ON p USING brin (created) WITH (pages_per_range=32);
\d p
\di
\di+ p_name_idx
\d p_price
SELECT indexname, indexdef FROM pg_indexes WHERE tablename='p' ORDER BY 1;
DROP INDEX p_hash;
DROP INDEX p_pkey;
DROP INDEX nope;
DROP INDEX IF EXISTS nope;
ALTER INDEX p_name_idx RENAME TO p_name_i2;
REINDEX TABLE p;
REINDEX INDEX p_lower;
REINDEX INDEX nope;
CLUSTER p USING p_pkey;
CLUSTER p;
VACUUM p;
VACUUM FULL p;
ANALYZE p;
VACUUM ANALYZE;
BEGIN; VACUUM p;
ROLLBACK;
INSERT INTO p VALUES (1,'Apple',12.5,'{a,b}','{"k":1}','2024-01-01'),(2,'Pear',3,'{}','{}',NULL);
INSERT INTO p VALUES (3,'APPLE');
CREATE VIEW v1 AS SELECT id, name, price * 1.2 AS gross FROM p WHERE price > 5;
\d v1
\d+ v1
SELECT pg_get_viewdef('v1');
SELECT pg_get_viewdef('v1', true);
SELECT * FROM v1;
CREATE OR REPLACE VIEW v1 AS SELECT id, name FROM p;
CREATE OR REPLACE VIEW v1 AS SELECT id, name, price * 1.2 AS gross, upper(name) AS u FROM p;
\d+ v1
CREATE VIEW v2 AS SELECT p.name, count(*) AS n, sum(price) AS total FROM p LEFT JOIN v1 ON p.id = v1.id GROUP BY p.name HAVING count(*) > 0 ORDER BY n DESC, p.name LIMIT 10;
\d+ v2
CREATE VIEW v3 AS SELECT CASE WHEN price > 10 THEN 'high' WHEN price IS NULL THEN 'none' ELSE 'low' END AS cat, coalesce(name, 'x') AS nm, created + interval '1 day' AS nextday, extract(year from created) AS y, tags[1] AS t1, data->>'k' AS k FROM p WHERE name LIKE 'A%' AND price BETWEEN 1 AND 100 AND id IN (1,2,3) AND created IS NOT NULL OR NOT (id = 5);
\d+ v3
CREATE VIEW v4 AS WITH x AS (SELECT id FROM p) SELECT x.id, (SELECT max(price) FROM p) AS mx FROM x WHERE EXISTS (SELECT 1 FROM p q WHERE q.id = x.id) UNION ALL SELECT 1, 2;
\d+ v4
CREATE VIEW v5 AS SELECT name, row_number() OVER (PARTITION BY created ORDER BY price DESC) AS rn, sum(price) OVER w AS s FROM p WINDOW w AS (ORDER BY id ROWS BETWEEN 1 PRECEDING AND CURRENT ROW);
\d+ v5
CREATE VIEW v6 AS SELECT DISTINCT ON (name) name, created::text, id::numeric(10,2), 'lit'::varchar(3) AS l, ARRAY[1,2] AS arr, ROW(1,'a') AS r, date_trunc('month', created) FROM p ORDER BY name, created DESC;
\d+ v6
DROP VIEW v1;
DROP VIEW v1 CASCADE;
ALTER TABLE p DROP COLUMN name;
DROP TABLE p;
CREATE VIEW vu AS SELECT id, name FROM p WHERE id < 100 WITH CHECK OPTION;
INSERT INTO vu VALUES (50,'fifty');
INSERT INTO vu VALUES (500,'x');
UPDATE vu SET name='FF' WHERE id=50;
DELETE FROM vu WHERE id=50;
\dv
CREATE MATERIALIZED VIEW mv AS SELECT created, count(*) c FROM p GROUP BY created;
SELECT * FROM mv ORDER BY 1;
INSERT INTO p VALUES (9,'Nine',9,NULL,NULL,'2024-01-01');
REFRESH MATERIALIZED VIEW mv;
SELECT * FROM mv ORDER BY 1;
REFRESH MATERIALIZED VIEW CONCURRENTLY mv;
CREATE UNIQUE INDEX ON mv (created);
REFRESH MATERIALIZED VIEW CONCURRENTLY mv;
\d mv
\d+ mv
\dm
CREATE MATERIALIZED VIEW mv2 AS SELECT 1 AS a WITH NO DATA;
SELECT * FROM mv2;
INSERT INTO mv VALUES (NULL, 1);
DROP MATERIALIZED VIEW mv2;
DROP VIEW mv;

### -q
CREATE SEQUENCE s1;
SELECT nextval('s1'), nextval('s1'), currval('s1'), lastval();
CREATE SEQUENCE s2 START WITH 100 INCREMENT BY 10 MINVALUE 50 MAXVALUE 120 CYCLE CACHE 1;
SELECT nextval('s2'); SELECT nextval('s2'); SELECT nextval('s2'); SELECT nextval('s2');
\d s2
ALTER SEQUENCE s2 NO CYCLE RESTART WITH 115;
SELECT nextval('s2');
SELECT nextval('s2');
CREATE SEQUENCE s3 INCREMENT -1;
SELECT nextval('s3'), nextval('s3');
\d s3
SELECT setval('s1', 42); SELECT nextval('s1');
SELECT setval('s1', 42, false); SELECT nextval('s1');
SELECT setval('s1', 0);
CREATE SEQUENCE s4 AS smallint;
\d s4
CREATE SEQUENCE s5 MINVALUE 10 MAXVALUE 5;
CREATE SEQUENCE s5 START 0;
CREATE SEQUENCE s5 INCREMENT 0;
CREATE SEQUENCE s1;
CREATE SEQUENCE IF NOT EXISTS s1;
SELECT currval('s4');
SELECT nextval('nope');
CREATE TABLE ts (id int DEFAULT nextval('s4'), v text);
INSERT INTO ts(v) VALUES ('a'),('b') RETURNING id;
DROP SEQUENCE s4;
ALTER SEQUENCE s4 OWNED BY ts.id;
DROP TABLE ts; SELECT nextval('s4');
ALTER SEQUENCE s1 RENAME TO s1b;
SELECT pg_get_serial_sequence('nope','id');
CREATE TABLE tser (id serial, big bigserial, sm smallserial);
\d tser
SELECT pg_get_serial_sequence('tser','id');
SELECT sequencename, start_value, min_value, max_value, increment_by, cycle, cache_size, last_value FROM pg_sequences ORDER BY 1;
SELECT sequence_name, data_type, start_value, increment FROM information_schema.sequences ORDER BY 1;
\ds
ALTER TABLE tser ALTER COLUMN id DROP DEFAULT;
ALTER TABLE tser ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (START WITH 50 INCREMENT BY 5);
\d tser
CREATE TABLE tid (id int GENERATED BY DEFAULT AS IDENTITY, v int);
INSERT INTO tid(v) VALUES (1); INSERT INTO tid VALUES (10,2); INSERT INTO tid VALUES (DEFAULT,3); SELECT * FROM tid;
ALTER TABLE tid ALTER id RESTART WITH 1000; INSERT INTO tid(v) VALUES (4) RETURNING id;
ALTER TABLE tid ALTER id SET GENERATED ALWAYS;
ALTER TABLE tid ALTER id DROP IDENTITY;
\d tid

### -q
CREATE TYPE mood AS ENUM ('sad','ok','happy');
CREATE TABLE person (name text, m mood);
INSERT INTO person VALUES ('Moe','happy'),('Larry','sad'),('Curly','ok');
INSERT INTO person VALUES ('x','nope');
SELECT * FROM person WHERE m > 'sad' ORDER BY m;
SELECT min(m), max(m), enum_range(NULL::mood), enum_first(NULL::mood), enum_last(NULL::mood) FROM person;
ALTER TYPE mood ADD VALUE 'great' AFTER 'happy';
ALTER TYPE mood ADD VALUE IF NOT EXISTS 'great';
ALTER TYPE mood ADD VALUE 'meh' BEFORE 'ok';
ALTER TYPE mood RENAME VALUE 'meh' TO 'soso';
SELECT enum_range(NULL::mood); SELECT enum_range('ok'::mood, NULL);
\dT
\dT+ mood
DROP TYPE mood;
CREATE DOMAIN posint AS int CHECK (VALUE > 0);
CREATE DOMAIN email AS text CONSTRAINT email_check CHECK (VALUE ~ '^[^@]+@[^@]+$') NOT NULL;
CREATE TABLE dm (a posint, e email DEFAULT 'a@b');
INSERT INTO dm VALUES (1,'x@y');
INSERT INTO dm VALUES (-1,'x@y');
INSERT INTO dm VALUES (1,'xy');
INSERT INTO dm VALUES (1,NULL);
SELECT (-5)::posint;
SELECT 5::posint + 1;
\dD
\d dm
ALTER DOMAIN posint ADD CONSTRAINT lt100 CHECK (VALUE < 100);
INSERT INTO dm VALUES (100);
DROP DOMAIN posint;
CREATE TYPE addr AS (street text, zip int);
CREATE TABLE people (id int, a addr);
INSERT INTO people VALUES (1, ROW('Main St', 1234)), (2, ('Elm, St', NULL)), (3, '("Oak ""q""",5)'), (4, NULL);
SELECT * FROM people;
SELECT id, (a).street, (a).zip FROM people;
SELECT (a).* FROM people;
UPDATE people SET a.zip = 99 WHERE id = 1;
UPDATE people SET a = ROW('New', 1)  WHERE id = 4;
SELECT * FROM people ORDER BY id;
SELECT * FROM people WHERE a = ROW('New',1)::addr;
SELECT ROW(1,'x',NULL), ROW(1,2) = ROW(1,2), (1,2) < (1,3), ROW(NULL) IS NULL;
SELECT row_to_json(people) FROM people WHERE id=1;
SELECT (ROW(1,2)).f1;
SELECT (ROW(1,2)::addr).zip;
SELECT '(x,y)'::addr;
SELECT '(x'::addr;
ALTER TYPE addr ADD ATTRIBUTE city text;
SELECT * FROM people WHERE id=1;
DROP TYPE addr;
