### -
CREATE TABLE t (id serial PRIMARY KEY, name text, n int DEFAULT 7);
INSERT INTO t (name) VALUES ('a'), ('b') RETURNING id, name;
INSERT INTO t (name, n) VALUES ('c', DEFAULT) RETURNING *;
INSERT INTO t SELECT 10, 'd', 1 RETURNING n + 1 AS next;
UPDATE t SET n = n * 2 WHERE name < 'c' RETURNING id, n;
UPDATE t SET (name, n) = ('zz', 0) WHERE id = 1 RETURNING *;
DELETE FROM t WHERE n > 100 RETURNING *;
DELETE FROM t WHERE id = 2 RETURNING name;
UPDATE t SET n = DEFAULT;
SELECT * FROM t ORDER BY id;
DELETE FROM t;
INSERT INTO t(name) VALUES ('again');
SELECT * FROM t;
### -
CREATE TABLE t (k text PRIMARY KEY, v int);
INSERT INTO t VALUES ('a',1) ON CONFLICT DO NOTHING;
INSERT INTO t VALUES ('a',2) ON CONFLICT DO NOTHING;
INSERT INTO t VALUES ('a',2) ON CONFLICT (k) DO UPDATE SET v = t.v + EXCLUDED.v RETURNING *;
INSERT INTO t VALUES ('a',2),('b',3) ON CONFLICT (k) DO UPDATE SET v = EXCLUDED.v WHERE t.v > 100;
INSERT INTO t VALUES ('c',2),('c',3) ON CONFLICT (k) DO UPDATE SET v = EXCLUDED.v;
INSERT INTO t VALUES ('c',2) ON CONFLICT (v) DO NOTHING;
INSERT INTO t VALUES ('a',9) ON CONFLICT ON CONSTRAINT t_pkey DO UPDATE SET v = 0;
INSERT INTO t VALUES ('a',9) ON CONFLICT ON CONSTRAINT nope DO NOTHING;
INSERT INTO t VALUES ('a',9) ON CONFLICT DO UPDATE SET v = 0;
SELECT * FROM t ORDER BY k;
### -
CREATE TABLE a (id int, v int); CREATE TABLE b (id int, w int);
INSERT INTO a VALUES (1,10),(2,20),(3,30); INSERT INTO b VALUES (1,100),(3,300);
UPDATE a SET v = b.w FROM b WHERE a.id = b.id RETURNING a.id, a.v, b.w;
DELETE FROM a USING b WHERE a.id = b.id AND b.w > 200;
SELECT * FROM a ORDER BY id;
UPDATE a SET v = (SELECT max(w) FROM b) WHERE id = 2;
UPDATE a x SET v = 1 WHERE x.id = 1;
UPDATE a x SET v = 1 WHERE a.id = 1;
UPDATE a SET a.v = 1;
SELECT * FROM a ORDER BY id;
### -
CREATE TABLE stock (item text PRIMARY KEY, qty int); CREATE TABLE delta (item text, d int);
INSERT INTO stock VALUES ('apple',10),('pear',5); INSERT INTO delta VALUES ('apple',3),('pear',-5),('fig',7),('nut',-1);
MERGE INTO stock s USING delta d ON s.item = d.item
WHEN MATCHED AND s.qty + d.d <= 0 THEN DELETE
WHEN MATCHED THEN UPDATE SET qty = s.qty + d.d
WHEN NOT MATCHED AND d.d > 0 THEN INSERT VALUES (d.item, d.d)
WHEN NOT MATCHED THEN DO NOTHING;
SELECT * FROM stock ORDER BY item;
### -
CREATE TABLE t (a int, b text);
INSERT INTO t VALUES (1,'x');
INSERT INTO t VALUES (1);
INSERT INTO t (b) VALUES ('only');
INSERT INTO t (b, b) VALUES ('x','y');
INSERT INTO t VALUES (1,2,3);
INSERT INTO t VALUES (1,'a'),(2);
INSERT INTO t;
INSERT t VALUES (1);
DELETE t;
UPDATE t a = 1;
SELECT * FROM t;
SELECT a FROM t WHERE b;
SELECT a FROM t WHERE a = 1 AND;
SELECT FROM t;
SELECT a, FROM t;
SELECT a b c FROM t;
SELECT a FROM t WHERE a IN ();
SELECT * FORM t;
### -
CREATE TABLE t (id int, v text);
INSERT INTO t VALUES (1,'one'),(2,'two'),(3,'three');
WITH gone AS (DELETE FROM t WHERE id < 3 RETURNING *) SELECT count(*), string_agg(v, ',' ORDER BY id) FROM gone;
WITH ins AS (INSERT INTO t VALUES (4,'four') RETURNING id), up AS (UPDATE t SET v = upper(v) WHERE id = 3 RETURNING id) SELECT * FROM ins UNION ALL SELECT * FROM up;
SELECT * FROM t ORDER BY id;
WITH moved AS (DELETE FROM t RETURNING *) INSERT INTO t SELECT id + 100, v FROM moved;
SELECT * FROM t ORDER BY id;
### -
CREATE TABLE t (id int, v text);
BEGIN;
INSERT INTO t SELECT g, 'row ' || g FROM generate_series(1, 1000) g;
SELECT count(*), min(id), max(id), avg(id), sum(id) FROM t;
UPDATE t SET v = 'even' WHERE id % 2 = 0;
DELETE FROM t WHERE id > 10;
SELECT * FROM t ORDER BY id;
SELECT * FROM t LIMIT 3;
COMMIT;
### -
CREATE TABLE t (id int, v int);
INSERT INTO t VALUES (1, NULL), (2, 5), (NULL, 7);
SELECT * FROM t WHERE v = NULL;
SELECT * FROM t WHERE v IS NULL;
SELECT * FROM t WHERE v IS DISTINCT FROM 5;
SELECT * FROM t WHERE id NOT IN (SELECT id FROM t WHERE v = 7);
SELECT coalesce(id, 0), nullif(v, 5) FROM t;
SELECT count(*), count(id), count(DISTINCT v), sum(v) FROM t;
SELECT * FROM t ORDER BY v NULLS FIRST;
SELECT * FROM t ORDER BY v DESC;
SELECT * FROM t ORDER BY v DESC NULLS LAST;
SELECT * FROM t WHERE (v > 1) IS NOT TRUE;
### -
CREATE TABLE emp (name text, sal int); 
INSERT INTO emp VALUES ('a', 100); 
UPDATE emp SET sal = sal * 1.1;
SELECT * FROM emp;
UPDATE emp SET sal = sal / 0;
UPDATE emp SET name = sal;
SELECT name + 1 FROM emp;
SELECT name || sal FROM emp;
SELECT -name FROM emp;
SELECT sal AND true FROM emp;
SELECT NOT sal FROM emp;
SELECT sum(name) FROM emp;
SELECT max(name), name FROM emp;
SELECT name FROM emp WHERE count(*) > 1;
SELECT name FROM emp GROUP BY 2;
SELECT name FROM emp ORDER BY 2;
SELECT name AS n FROM emp WHERE n = 'a';
SELECT e.name FROM emp;
SELECT emp.nope FROM emp;
SELECT emp FROM emp;
SELECT emp.* FROM emp;
SELECT x.* FROM emp;
