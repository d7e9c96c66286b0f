### -
CREATE TABLE d (id int PRIMARY KEY, name text); CREATE TABLE e (id int PRIMARY KEY, name text, d_id int, sal int);
#+ -
INSERT INTO d VALUES (1,'IT'),(2,'HR'),(3,'Ops'); INSERT INTO e VALUES (1,'ann',1,100),(2,'bob',1,150),(3,'cid',2,90),(4,'dan',NULL,70);
#+ -
SELECT e.name, d.name FROM e JOIN d ON e.d_id = d.id;
#+ -
SELECT e.name, d.name FROM e LEFT JOIN d ON e.d_id = d.id;
#+ -
SELECT e.name, d.name FROM e RIGHT JOIN d ON e.d_id = d.id;
#+ -
SELECT e.name, d.name FROM e FULL JOIN d ON e.d_id = d.id;
#+ -
SELECT e.name, d.name FROM e CROSS JOIN d;
#+ -
SELECT e.name, d.name FROM e, d WHERE e.d_id = d.id AND d.name = 'IT';
#+ -
SELECT * FROM e NATURAL JOIN d;
#+ -
SELECT * FROM e JOIN d USING (id);
#+ -
SELECT id FROM e JOIN d ON true;
#+ -
SELECT * FROM e a JOIN e b ON a.sal < b.sal ORDER BY 1, 5;
#+ -
SELECT d.name, x.name, x.sal FROM d, LATERAL (SELECT * FROM e WHERE e.d_id = d.id ORDER BY sal DESC LIMIT 1) x;
#+ -
SELECT d.name, x.c FROM d LEFT JOIN LATERAL (SELECT count(*) c FROM e WHERE e.d_id = d.id) x ON true;
### -
CREATE TABLE d (id int PRIMARY KEY, name text); CREATE TABLE e (id int PRIMARY KEY, name text, d_id int, sal int);
#+ -
INSERT INTO d VALUES (1,'IT'),(2,'HR'),(3,'Ops'); INSERT INTO e VALUES (1,'ann',1,100),(2,'bob',1,150),(3,'cid',2,90),(4,'dan',NULL,70);
#+ -
SELECT d.name, count(e.id), avg(sal), sum(sal), min(sal), max(sal) FROM d LEFT JOIN e ON e.d_id = d.id GROUP BY d.name;
#+ -
SELECT d.name, count(*) FROM d JOIN e ON e.d_id = d.id GROUP BY d.name;
#+ -
SELECT d_id, count(*) FROM e GROUP BY d_id;
#+ -
SELECT d_id, count(*) FROM e GROUP BY d_id HAVING count(*) > 1;
#+ -
SELECT d_id, count(*) FROM e GROUP BY d_id ORDER BY count(*) DESC, d_id;
#+ -
SELECT DISTINCT d_id FROM e;
#+ -
SELECT d.name, array_agg(e.name ORDER BY e.name) FROM d JOIN e ON e.d_id = d.id GROUP BY d.id ORDER BY 1;
#+ -
SELECT name FROM e WHERE sal > (SELECT avg(sal) FROM e);
#+ -
SELECT name FROM d WHERE EXISTS (SELECT 1 FROM e WHERE e.d_id = d.id);
#+ -
SELECT name FROM d WHERE NOT EXISTS (SELECT 1 FROM e WHERE e.d_id = d.id);
#+ -
SELECT name FROM d WHERE id IN (SELECT d_id FROM e);
#+ -
SELECT name FROM d WHERE id NOT IN (SELECT d_id FROM e);
#+ -
SELECT name FROM d WHERE id = ANY (ARRAY[1,3]);
#+ -
SELECT name, sal FROM e WHERE sal >= ALL (SELECT sal FROM e);
#+ -
SELECT name, (SELECT name FROM d WHERE d.id = e.d_id) AS dept FROM e;
#+ -
SELECT (SELECT id FROM e);
#+ -
SELECT (SELECT id, name FROM e LIMIT 1);
### -
CREATE TABLE s (region text, product text, amount int);
#+ -
INSERT INTO s VALUES ('N','a',10),('N','b',20),('S','a',30),('S','b',40),('N','a',5);
#+ -
SELECT region, product, sum(amount) FROM s GROUP BY ROLLUP (region, product) ORDER BY 1, 2;
#+ -
SELECT region, product, sum(amount) FROM s GROUP BY CUBE (region, product) ORDER BY 1, 2;
#+ -
SELECT region, product, sum(amount), grouping(region, product) FROM s GROUP BY GROUPING SETS ((region), (product), ()) ORDER BY 1, 2;
#+ -
SELECT region, sum(amount) FILTER (WHERE product = 'a') AS a, sum(amount) FILTER (WHERE product = 'b') AS b FROM s GROUP BY region ORDER BY region;
#+ -
SELECT region, product, sum(amount) FROM s GROUP BY 1, 2 ORDER BY 3 DESC;
#+ -
SELECT region, amount FROM s GROUP BY region;
#+ -
SELECT DISTINCT ON (region) region, product, amount FROM s ORDER BY region, amount DESC;
#+ -
SELECT DISTINCT ON (region) region, product, amount FROM s ORDER BY amount;
#+ -
SELECT region, bool_and(amount > 5), bool_or(amount > 30), every(amount > 0) FROM s GROUP BY region ORDER BY 1;
#+ -
SELECT string_agg(product, '|' ORDER BY amount DESC), array_agg(DISTINCT product) FROM s;
#+ -
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY amount), percentile_disc(0.5) WITHIN GROUP (ORDER BY amount), mode() WITHIN GROUP (ORDER BY product) FROM s;
#+ -
SELECT stddev(amount), variance(amount), stddev_pop(amount), var_pop(amount) FROM s;
#+ -
SELECT json_agg(product), jsonb_object_agg(product, amount) FROM s;
#+ -
SELECT count(*) FROM s HAVING count(*) > 100;
### -
SELECT 1 UNION SELECT 2 UNION SELECT 1;
#+ -
SELECT 1 UNION ALL SELECT 1;
#+ -
SELECT 1 AS a INTERSECT SELECT 1;
#+ -
SELECT * FROM (VALUES (1),(2),(3)) v(x) EXCEPT SELECT 2;
#+ -
SELECT 1, 2 UNION SELECT 1;
#+ -
SELECT 1 UNION SELECT 'a';
#+ -
SELECT 'a' UNION SELECT 'b' ORDER BY 1 DESC;
#+ -
SELECT 1 AS x UNION SELECT 2 ORDER BY x LIMIT 1;
#+ -
SELECT NULL UNION SELECT 1;
#+ -
(SELECT 1 UNION ALL SELECT 2) INTERSECT SELECT 2;
#+ -
VALUES (1,'one'),(2,'two');
#+ -
VALUES (1,2),(3);
#+ -
SELECT 1 UNION SELECT 1.5 UNION SELECT 2;
#+ -
TABLE nope;
### -
WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 5) SELECT * FROM n;
#+ -
WITH RECURSIVE fib(a, b) AS (SELECT 0, 1 UNION ALL SELECT b, a + b FROM fib WHERE b < 100) SELECT a FROM fib;
#+ -
CREATE TABLE tree (id int, parent int, name text);
#+ -
INSERT INTO tree VALUES (1,NULL,'root'),(2,1,'a'),(3,1,'b'),(4,2,'a1'),(5,4,'a1x');
#+ -
WITH RECURSIVE t AS (SELECT id, name, 0 AS depth, name AS path FROM tree WHERE parent IS NULL UNION ALL SELECT c.id, c.name, t.depth + 1, t.path || '/' || c.name FROM tree c JOIN t ON c.parent = t.id) SELECT * FROM t ORDER BY path;
#+ -
WITH a AS (SELECT 1 AS x), b AS (SELECT x + 1 AS y FROM a) SELECT * FROM a, b;
#+ -
WITH a AS (SELECT 1) SELECT * FROM b;
#+ -
WITH a(x, y) AS (SELECT 1) SELECT * FROM a;
#+ -
WITH x AS MATERIALIZED (SELECT 1 AS v) SELECT * FROM x;
#+ -
WITH RECURSIVE t(n) AS (SELECT 1 UNION SELECT (n % 3) + 1 FROM t) SELECT * FROM t;
### -
CREATE TABLE s (d text, n text, sal int);
#+ -
INSERT INTO s VALUES ('x','a',10),('x','b',20),('x','c',20),('y','d',5),('y','e',7);
#+ -
SELECT d, n, sal, row_number() OVER (PARTITION BY d ORDER BY sal DESC, n), rank() OVER (PARTITION BY d ORDER BY sal DESC), dense_rank() OVER (PARTITION BY d ORDER BY sal DESC) FROM s;
#+ -
SELECT n, sal, sum(sal) OVER (ORDER BY sal), sum(sal) OVER (), avg(sal) OVER (PARTITION BY d) FROM s ORDER BY n;
#+ -
SELECT n, lag(sal) OVER w, lead(sal, 1, 0) OVER w, first_value(n) OVER w, last_value(n) OVER w, nth_value(n, 2) OVER w FROM s WINDOW w AS (PARTITION BY d ORDER BY n);
#+ -
SELECT n, ntile(2) OVER (ORDER BY n), percent_rank() OVER (ORDER BY sal), cume_dist() OVER (ORDER BY sal) FROM s;
#+ -
SELECT n, sum(sal) OVER (ORDER BY n ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING), sum(sal) OVER (ORDER BY n ROWS UNBOUNDED PRECEDING) FROM s;
#+ -
SELECT n, sum(sal) OVER (ORDER BY sal RANGE BETWEEN 5 PRECEDING AND CURRENT ROW), count(*) OVER (ORDER BY sal GROUPS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM s;
#+ -
SELECT n, sum(sal) OVER (ORDER BY n ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW EXCLUDE CURRENT ROW) FROM s;
#+ -
SELECT d, sum(sal), rank() OVER (ORDER BY sum(sal) DESC) FROM s GROUP BY d;
#+ -
SELECT n FROM s WHERE row_number() OVER () = 1;
#+ -
SELECT rank() FROM s;
#+ -
SELECT * FROM (SELECT *, row_number() OVER (PARTITION BY d ORDER BY sal DESC) rn FROM s) x WHERE rn = 1;
### -
SELECT CASE WHEN 1 > 2 THEN 'a' WHEN NULL THEN 'b' ELSE 'c' END, CASE 3 WHEN 1 THEN 'one' WHEN 3 THEN 'three' END;
#+ -
SELECT CASE WHEN false THEN 1 END, CASE 1 WHEN 2 THEN 3 END AS x;
#+ -
SELECT CASE WHEN true THEN 1 ELSE 'x' END;
#+ -
SELECT CASE WHEN 1 THEN 2 END;
#+ -
SELECT greatest(1, 5, 3), least('b', 'a'), greatest(NULL, 1);
#+ -
SELECT coalesce(NULL, NULL, 'z'), coalesce(1, 2.5), nullif(1, 1), nullif('a', 'b');
#+ -
SELECT coalesce(1, 'x');
#+ -
SELECT 1 IN (1,2), 5 NOT IN (1,2), NULL IN (1), 1 BETWEEN 0 AND 2, 1 NOT BETWEEN 2 AND 3, 2 BETWEEN SYMMETRIC 3 AND 1;
#+ -
SELECT NULL = NULL, NULL IS NULL, NULL AND false, NULL OR true, NOT NULL;
#+ -
SELECT true AND 'f', 'yes'::bool, 't'::boolean, 1::bool, 0::boolean;
#+ -
SELECT (1,2) = (1,2), (1,2) < (1,3), ROW(1,NULL) IS NULL, ROW(NULL,NULL) IS NULL;
#+ -
SELECT 1 IS TRUE;
#+ -
SELECT true IS UNKNOWN, null::bool IS UNKNOWN;
### -
SELECT * FROM generate_series(1, 10, 3);
#+ -
SELECT * FROM generate_series(5, 1, -2) AS s(n);
#+ -
SELECT generate_series('2024-01-01'::date, '2024-01-03', '1 day');
#+ -
SELECT d::date FROM generate_series('2024-01-30'::timestamp, '2024-02-02', interval '1 day') d;
#+ -
SELECT * FROM generate_series(1, 3) WITH ORDINALITY AS t(v, i);
#+ -
SELECT generate_series(1,2), generate_series(1,3);
#+ -
SELECT unnest(ARRAY['a','b']), 1;
#+ -
SELECT * FROM unnest(ARRAY[1,2], ARRAY['a','b','c']) AS u(n, s);
#+ -
SELECT generate_series(1, 3, 0);
#+ -
SELECT x, y FROM generate_series(1,2) x, generate_series(1,2) y;
#+ -
SELECT generate_series(0.5, 2, 0.5);
### -
SELECT 1 AS a ORDER BY b;
#+ -
SELECT 1 LIMIT -1;
#+ -
SELECT 1 LIMIT 'x';
#+ -
SELECT 1 OFFSET 1;
#+ -
SELECT * FROM (SELECT 1);
#+ -
SELECT * FROM (SELECT 1 AS a) AS s;
#+ -
SELECT a FROM (VALUES (1)) v(a) FETCH FIRST 1 ROW ONLY;
#+ -
SELECT x FROM (VALUES (1),(1),(2)) v(x) ORDER BY x FETCH FIRST 1 ROWS WITH TIES;
#+ -
SELECT count(*) FROM (VALUES (1)) AS v;
#+ -
SELECT 1 WHERE false;
#+ -
SELECT 1 HAVING true;
#+ -
SELECT;
#+ -
SELECT *;
#+ -
SELECT 'a' 'b';
#+ -
SELECT 'a'
'b';
#+ -
SELECT 1a;
#+ -
SELECT "a";
#+ -
SELECT $1;
### -
CREATE TABLE t (a int, b int); INSERT INTO t SELECT i, i % 3 FROM generate_series(1,9) i;
#+ -
SELECT b, count(*) FROM t GROUP BY b;
#+ -
SELECT b, array_agg(a) FROM t GROUP BY b;
#+ -
SELECT DISTINCT b FROM t;
#+ -
SELECT DISTINCT b FROM t ORDER BY b;
#+ -
SELECT b, a FROM t WHERE a > 3 GROUP BY b, a;
#+ -
SELECT b FROM t UNION SELECT 7;
#+ -
SELECT x.a, y.a FROM t x JOIN t y ON x.a = y.b;
#+ -
SELECT x.b, count(*) FROM t x JOIN t y ON x.a = y.b GROUP BY x.b;
#+ -
SELECT b FROM t EXCEPT SELECT 1;
#+ -
SELECT b FROM t INTERSECT SELECT a FROM t;
### -
CREATE TABLE users (id serial PRIMARY KEY, name text); CREATE TABLE posts (id serial PRIMARY KEY, user_id int REFERENCES users(id), title text);
#+ -
INSERT INTO users (name) VALUES ('alice'),('bob'),('carol'); INSERT INTO posts (user_id, title) VALUES (1,'A'),(1,'B'),(2,'C');
#+ -
SELECT u.name, p.title FROM users u JOIN posts p ON u.id = p.user_id;
#+ -
SELECT u.name, p.title FROM users u LEFT JOIN posts p ON u.id = p.user_id;
#+ -
SELECT u.name, p.title FROM users u INNER JOIN posts p ON u.id = p.user_id WHERE u.name = 'alice';
#+ -
SELECT u.name, count(p.id) FROM users u LEFT JOIN posts p ON u.id = p.user_id GROUP BY u.name;
#+ -
SELECT u.name, count(p.id) AS n FROM users u LEFT JOIN posts p ON u.id = p.user_id GROUP BY u.id, u.name ORDER BY n DESC;
#+ -
SELECT name FROM users WHERE id IN (SELECT user_id FROM posts);
#+ -
SELECT p.title, u.name FROM posts p, users u WHERE p.user_id = u.id;
#+ -
SELECT p.title, u.name FROM posts p JOIN users u ON p.user_id = u.id WHERE p.id = 2;
#+ -
SELECT count(*) FROM users, posts;
#+ -
SELECT u.* FROM users u WHERE NOT EXISTS (SELECT FROM posts p WHERE p.user_id = u.id);
