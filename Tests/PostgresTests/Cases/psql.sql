### -c SELECT
x
### -
\echo hello
\set x 5
SELECT :x + 1;
\x
SELECT 1 AS a, 'two' AS b;
SELECT 1 AS id, E'line1\nline2' AS txt;
### -
\pset null (null)
SELECT NULL, 1;
\t
SELECT 1,2;
\a
SELECT 1,2;
### -t
SELECT 1, 'a';
### -A
SELECT 1 AS x, 'a' AS y;
### -At
SELECT 1, NULL;
SELECT 'b';
### --csv
SELECT 1 AS a, 'x,y' AS b, 'q"q' AS c;
### -x
SELECT 1 AS a, 'abc' AS long_name;
SELECT * FROM generate_series(1,2) AS g(v);
### -q
CREATE TABLE t(a int);
INSERT INTO t VALUES (1);
SELECT * FROM t;
### -v ON_ERROR_STOP=1
SELECT 1;
SELECT nope;
SELECT 2;
### -
\if true
SELECT 1;
\else
SELECT 2;
\endif
SELECT 'x' AS v \gset
\echo :v
\badcmd
### -
SELECT 'é' AS "naïve", '日本' AS jp, E'a\tb' AS tab;
### -
\du
\dn
### -P border=2
SELECT 1 AS a, 'b' AS b;
### -P border=0
SELECT 1 AS a, 'b' AS b;
### -
BEGIN;
COMMIT;
ROLLBACK;
SELECT 1; SELECT 2;
SELECT 'a;b';
-- c
SELECT /* x */ 3;
### -
COPY (SELECT 1,'a',NULL) TO STDOUT;
CREATE TABLE c(a int, b text);
COPY c FROM STDIN;
1	x
2	\N
\.
SELECT * FROM c;
COPY c TO STDOUT WITH CSV HEADER;
